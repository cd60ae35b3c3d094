"""Whether a change of a published schema breaks anybody who relies on the one before.

    sent      what others send us: all that was taken is still taken (the new schema refuses nothing more)
    answered  what we answer: all that is answered now was to be expected (the old schema refuses none of it)
    kept      what lies in a topic or in a ledger for ever: both, since old readers meet new records and new readers old
              ones

An optional field that is added passes in all three. One that is removed, renamed or of another type fails in all three.
A field that becomes required, values that are no longer allowed and tighter bounds fail in what is sent and kept; one
that is no longer required, new values and wider bounds fail in what is answered and kept. In an answer a list of names
may grow (types of events, problems): clients pass over a name that they do not know.

What this module cannot compare it holds for a break: in doubt it says no.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from schemas.event_schemas import Schema
from schemas.topic_schemas import dereferenced

__all__ = ["Use", "incompatibilities"]

Use = Literal["sent", "answered", "kept"]

_ANNOTATIONS: Final = frozenset(
    ("$schema", "$id", "$comment", "$defs", "title", "description", "default", "example", "examples", "deprecated")
)
_LOWEST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_HIGHEST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_COMPARED: Final = frozenset(
    (
        *("type", "enum", "const", "required", "properties", "additionalProperties", "items", "propertyNames"),
        *("anyOf", "oneOf", "allOf", "if", "then", "else"),
        *_LOWEST,
        *_HIGHEST,
    )
)


def incompatibilities(old: Schema, new: Schema, use: Use) -> Iterator[str]:
    """Each way in which the new schema breaks who relies on the old one: where it is, and what changed."""
    was, now = dereferenced(old), dereferenced(new)
    found: list[str] = []
    if use in {"sent", "kept"}:
        found += _Comparison(from_old=True).refusals(was, now, "")
    if use in {"answered", "kept"}:
        found += _Comparison(from_old=False, names_may_grow=use == "answered").refusals(now, was, "")
    yield from dict.fromkeys(found)


@dataclass(frozen=True)
class _Comparison:
    """Looks for what one schema takes and the other refuses: from the old to the new one, or the other way round."""

    from_old: bool
    names_may_grow: bool = False

    def refusals(self, taking: Schema, asked: Schema, where: str) -> Iterator[str]:
        """Where and why `asked` may refuse something that `taking` takes."""
        if taking == asked:
            return
        if _choices_of(taking) != [taking] and _choices_of(asked) == [asked]:
            for choice in _choices_of(taking):
                yield from self.refusals(choice, asked, where)
            return
        yield from self._types(taking, asked, where)
        yield from self._values(taking, asked, where)
        yield from self._bounds(taking, asked, where)
        yield from self._fields(taking, asked, where)
        for keyword in ("items", "propertyNames"):
            if keyword in asked:
                yield from self.refusals(taking.get(keyword, {}), asked[keyword], f"{where}/{keyword}")
        yield from self._choices(taking, asked, where)
        yield from self._conditions(taking, asked, where)
        for keyword in sorted(asked.keys() - _COMPARED - _ANNOTATIONS):
            if taking.get(keyword) != asked[keyword]:
                yield self._changed(f"{where}/{keyword}", taking.get(keyword), asked[keyword])

    def _types(self, taking: Schema, asked: Schema, where: str) -> Iterator[str]:
        if "type" not in asked:
            return
        theirs, ours = _listed(taking.get("type")), _listed(asked["type"])
        if "type" not in taking:
            theirs = sorted({_type_of(value) for value in _allowed(taking) or ()})
        taken = {*ours, "integer"} if "number" in ours else set(ours)
        if not theirs or not taken.issuperset(theirs):
            yield self._changed(f"{where}/type", taking.get("type"), asked["type"])

    def _values(self, taking: Schema, asked: Schema, where: str) -> Iterator[str]:
        ours, theirs = _allowed(asked), _allowed(taking)
        if ours is None or (theirs is not None and all(value in ours for value in theirs)):
            return
        if self.names_may_grow and theirs is not None and all(isinstance(value, str) for value in (*ours, *theirs)):
            return
        yield self._changed(f"{where}/enum", theirs, ours)

    def _bounds(self, taking: Schema, asked: Schema, where: str) -> Iterator[str]:
        for keyword in _LOWEST:
            if keyword in asked and not taking.get(keyword, float("-inf")) >= asked[keyword]:
                yield self._changed(f"{where}/{keyword}", taking.get(keyword), asked[keyword])
        for keyword in _HIGHEST:
            if keyword in asked and not taking.get(keyword, float("inf")) <= asked[keyword]:
                yield self._changed(f"{where}/{keyword}", taking.get(keyword), asked[keyword])

    def _fields(self, taking: Schema, asked: Schema, where: str) -> Iterator[str]:
        theirs, ours = taking.get("properties", {}), asked.get("properties", {})
        for name in sorted(theirs.keys() & ours.keys()):
            yield from self.refusals(theirs[name], ours[name], f"{where}/{name}")
        old, new = (theirs, ours) if self.from_old else (ours, theirs)
        for name in sorted(old.keys() - new.keys()):
            yield f"{where}/{name}: it was removed"
        for name in sorted(set(asked.get("required", ())) - set(taking.get("required", ()))):
            if name in new or name not in old:
                yield f"{where}/{name}: {'it has become' if self.from_old else 'it is no longer'} required"
        yield from self._rest(taking, asked, f"{where}/*")

    def _rest(self, taking: Schema, asked: Schema, where: str) -> Iterator[str]:
        """The fields that neither schema names. One that only the new schema names is an added one, and passes."""
        theirs, ours = taking.get("additionalProperties", True), asked.get("additionalProperties", True)
        if ours is True or theirs is False or theirs == ours:
            return
        if isinstance(theirs, dict) and isinstance(ours, dict):
            yield from self.refusals(theirs, ours, where)
        else:
            yield self._changed(where, theirs, ours)

    def _choices(self, taking: Schema, asked: Schema, where: str) -> Iterator[str]:
        for keyword in ("anyOf", "oneOf"):
            for number, choice in enumerate(_choices_of(taking) if keyword in asked else (), start=1):
                if all(any(self.refusals(choice, one, where)) for one in asked[keyword]):
                    yield f"{where}: choice {number} of {keyword} has no counterpart"

    def _conditions(self, taking: Schema, asked: Schema, where: str) -> Iterator[str]:
        theirs, ours = _cases(taking), _cases(asked)
        told_apart = {field for field, _ in theirs}
        for (field, value), then in ours.items():
            if (field, value) in theirs:
                yield from self.refusals(theirs[field, value], then, f"{where}/{field}={value}")
            elif not self.from_old or field not in told_apart:
                yield f"{where}/{field}={value}: a case {'more' if self.from_old else 'less'}"
        rest = [condition for condition in _conditions_of(taking) if not _cases_of(condition)]
        for condition in _conditions_of(asked):
            if not _cases_of(condition) and not any(self._implies(one, condition) for one in rest):
                yield f"{where}: another condition"

    def _implies(self, taking: Schema, asked: Schema) -> bool:
        if "if" not in asked:
            return not any(self.refusals(taking, asked, ""))
        if taking.get("if") != asked["if"]:
            return False
        return not any(
            any(self.refusals(taking.get(branch, {}), asked[branch], ""))
            for branch in ("then", "else")
            if branch in asked
        )

    def _changed(self, where: str, taking: Any, asked: Any) -> str:
        old, new = (taking, asked) if self.from_old else (asked, taking)
        return f"{where}: {_shown(old)} became {_shown(new)}"


def _choices_of(schema: Schema) -> list[Schema]:
    """The schemas of which one has to fit, each with what is asked beside; without a choice, the schema itself."""
    beside = {key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}}
    choices: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or []
    return [{**beside, **one} for one in choices] or [schema]


def _listed(kinds: str | list[str] | None) -> list[str]:
    return [kinds] if isinstance(kinds, str) else list(kinds or ())


def _type_of(value: Any) -> str:
    names: dict[type[Any], str] = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}
    return "null" if value is None else names.get(type(value), "object")


def _allowed(schema: Schema) -> list[Any] | None:
    """The values that a schema names, None where it names none."""
    if "const" in schema:
        return [schema["const"]]
    named: list[Any] | None = schema.get("enum")
    return named


def _conditions_of(schema: Schema) -> list[Schema]:
    own = [{key: schema[key] for key in ("if", "then", "else") if key in schema}] if "if" in schema else []
    return [*own, *schema.get("allOf", ())]


def _cases_of(condition: Schema) -> dict[tuple[str, Any], Schema]:
    """What a condition asks where one field has one of the values it names; empty where it is no such condition."""
    told = condition.get("if", {}).get("properties", {})
    if condition.keys() != {"if", "then"} or condition["if"].keys() != {"properties"} or len(told) != 1:
        return {}
    ((field, asked),) = told.items()
    return {(field, value): condition["then"] for value in _allowed(asked) or ()}


def _cases(schema: Schema) -> dict[tuple[str, Any], Schema]:
    return {case: then for condition in _conditions_of(schema) for case, then in _cases_of(condition).items()}


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
