"""Relations between tables go downwards too: a ForeignKey given as a string escapes the import linter."""

from django.apps import apps
from django.db.models import Model

from tests.house.sources import FLOORS


def floor_of(model: type[Model]) -> int:
    """Django's and the packages' own tables lie below every floor."""
    label = model._meta.app_label
    return FLOORS.index(label) if label in FLOORS else -1


def relations() -> list[tuple[type[Model], str, type[Model]]]:
    models = [model for model in apps.get_models(include_auto_created=True) if floor_of(model) >= 0]
    fields = [(model, field) for model in models for field in model._meta.get_fields() if field.is_relation and field.concrete]
    return [(model, field.name, field.related_model) for model, field in fields if isinstance(field.related_model, type)]


def test_no_relation_points_to_a_higher_floor() -> None:
    upwards = [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for model, name, target in relations()
        if floor_of(target) > floor_of(model)
    ]
    assert upwards == []


def test_the_look_finds_relations_at_all() -> None:
    assert len(relations()) > 10
