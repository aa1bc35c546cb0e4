"""The rules by which entries are looked over (CT-5): data, and what each of them asks of a result."""

from collections.abc import Callable

from outbound.models import CaringResult, ResultRule, RuleKind

Check = Callable[[CaringResult, int], bool]

CHECKS: dict[str, Check] = {
    RuleKind.SHORT_CALL: lambda result, limit: result.contacted and (result.call_seconds or limit) < limit,
    RuleKind.NOT_DIALLED: lambda result, _limit: result.contacted and result.call_started_at is None,
    RuleKind.NOT_VERIFIED: lambda result, _limit: result.agreed and not result.identity_checked,
    RuleKind.OVER_BILL: lambda result, limit: (result.promised_amount or 0) * 100 > result.prospect.bill_amount * limit,
    RuleKind.UNDER_BILL: lambda result, limit: (
        result.promised_amount is not None and result.promised_amount * 100 < result.prospect.bill_amount * limit
    ),
    RuleKind.SHORT_NOTE: lambda result, limit: result.contacted and len(result.note) < limit,
}


def look_over(result: CaringResult) -> None:
    """Set what the active rules find; the caller saves."""
    rules = ResultRule.objects.filter(active=True)
    result.flags = [rule.kind for rule in rules if CHECKS[rule.kind](result, rule.limit)]
    result.flag_count = len(result.flags)
