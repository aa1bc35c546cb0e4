"""Checking the work: scoring forms, the ledger of evaluations, validations, nonconformities, papers."""

from quality.models.briefings import Attendance, Briefing, BriefingKind, Reading, Training
from quality.models.calibration import Calibration, CalibrationSheet
from quality.models.evaluations import (
    DISPUTE_MOVES,
    Dispute,
    DisputeItem,
    DisputeState,
    Evaluation,
    Mark,
    not_own_work,
)
from quality.models.evidence import Evidence, Paper
from quality.models.forms import FORM_MOVES, Check, CommentRule, FormState, Frozen, Parameter, ScoringForm
from quality.models.nonconformities import (
    NONCONFORMITY_MOVES,
    NONCONFORMITY_OPEN,
    Improvement,
    Nonconformity,
    NonconformityState,
)
from quality.models.reports import Report, ReportState
from quality.models.retention import LegalHold, PurgedFile, RecordClass, RetentionRun, RetentionTerm, RunState
from quality.models.sampling import Draw, Period, SamplingPlan, Why
from quality.models.targets import AT_LEAST, Level, Measure, QualityTarget, WallSample
from quality.models.validations import (
    VALIDATION_MOVES,
    VALIDATION_OPEN,
    ReturnReason,
    Validation,
    ValidationState,
    Watch,
    WatchKind,
    WatchState,
)

__all__ = [
    "WallSample",
    "QualityTarget",
    "Measure",
    "Level",
    "AT_LEAST",
    "Attendance",
    "Briefing",
    "BriefingKind",
    "Reading",
    "Training",
    "DISPUTE_MOVES",
    "FORM_MOVES",
    "NONCONFORMITY_MOVES",
    "NONCONFORMITY_OPEN",
    "VALIDATION_MOVES",
    "VALIDATION_OPEN",
    "Calibration",
    "CalibrationSheet",
    "Check",
    "CommentRule",
    "Dispute",
    "DisputeItem",
    "DisputeState",
    "Draw",
    "Evaluation",
    "Evidence",
    "FormState",
    "Frozen",
    "Improvement",
    "LegalHold",
    "Mark",
    "Nonconformity",
    "NonconformityState",
    "Paper",
    "Parameter",
    "Period",
    "PurgedFile",
    "RecordClass",
    "Report",
    "ReportState",
    "ReturnReason",
    "RetentionRun",
    "RetentionTerm",
    "RunState",
    "SamplingPlan",
    "ScoringForm",
    "Validation",
    "ValidationState",
    "Watch",
    "WatchKind",
    "WatchState",
    "Why",
    "not_own_work",
]
