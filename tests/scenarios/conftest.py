"""The sentences that scenarios are written in: what was agreed, what happened, what the contract says of it."""

from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from tests.scenarios.story import CONTRACT, NOTICE, Story, at, obligation, printed

ORDINALS = {"customer": "customer", "provider": "engineer", "engineer": "engineer"}


def pytest_bdd_apply_tag(tag: str, function: Any) -> bool:
    """A tag is the id of the clause that the scenario tells of, not a marker of pytest's."""
    del tag, function
    return True


def sentence(text: str) -> Any:
    """A sentence with its blanks: {day} {clock} {level} …"""
    return parsers.parse(text)


@pytest.fixture
def story() -> Story:
    """The dispute that the scenario tells."""
    return Story()


@pytest.fixture
def asked() -> dict[str, Any]:
    """As of when the verdict is asked for."""
    return {}


@given(sentence("a {level} contract"))
def _contract(story: Story, level: str) -> None:
    story.contract(level)


@given(sentence("a {level} contract of the {edition} edition"))
def _edition(story: Story, level: str, edition: str) -> None:
    story.contract(level, edition=edition)


@given(sentence("a {level} contract licensed until {day}"))
def _licensed(story: Story, level: str, day: str) -> None:
    story.contract(level, licence={"from": "2016-01-01", "until": day})


@given(sentence("a {level} contract that tolerates gaps of {duration}"))
def _tolerance(story: Story, level: str, duration: str) -> None:
    story.contract(level, work_gap_tolerance=duration)


@given(sentence("the parties agreed that from {day} on {question} is {option}"))
def _agreed(story: Story, day: str, question: str, option: str) -> None:
    data = {"question": question, "option": option, "effective_from": day}
    story.tell("contract.reading-agreed.v1", CONTRACT, at("2015-12-02", "09:00"), data)


@given(sentence("the level is {level} from {day} on"))
def _level_changed(story: Story, level: str, day: str) -> None:
    data = {"level": level, "effective_from": day}
    story.tell("contract.level-changed.v1", CONTRACT, at("2015-12-02", "09:00"), data)


@given(sentence("the licence was renewed until {until} on {day} at {clock}"))
@when(sentence("on {day} at {clock} the licence is renewed until {until}"))
def _renewed(story: Story, until: str, day: str, clock: str) -> None:
    story.tell("contract.licence-renewed.v1", CONTRACT, at(day, clock), {"until": until})


@given(sentence("release {release} passed {stage} on {day} at {clock}"))
def _stage(story: Story, release: str, stage: str, day: str, clock: str) -> None:
    story.tell("release.stage-passed.v1", release, at(day, clock), {"stage": stage})


@given("no calendar was published")
def _no_calendar(story: Story) -> None:
    story.calendars = None


@when(sentence("on {day} at {clock} the {who} opens an incident of priority {priority:d} by {channel}"))
def _opened(story: Story, day: str, clock: str, who: str, priority: int, channel: str) -> None:
    data = {
        "contract": CONTRACT,
        "channel": channel,
        "reporter": {"name": "Ivanova", "organisation": "Romashka"},
        "priority": priority,
        "title": "the server does not answer",
    }
    story.incident("opened", at(day, clock), data, actor=ORDINALS[who])


@when(sentence("on {day} at {clock} the incident is confirmed by letter"))
def _confirmed(story: Story, day: str, clock: str) -> None:
    story.incident("confirmed", at(day, clock), {"to": "ivanova@example.org"})


@when(sentence("on {day} at {clock} an engineer responds"))
def _responded(story: Story, day: str, clock: str) -> None:
    story.incident("responded", at(day, clock), {"engineer": "e-1", "channel": "email"}, actor="engineer")


@when(sentence("on {day} at {clock} an engineer responds, which is recorded at {later}"))
def _responded_late(story: Story, day: str, clock: str, later: str) -> None:
    data = {"engineer": "e-1", "channel": "phone"}
    story.incident("responded", at(day, clock), data, actor="engineer", recorded=at(day, later))


@when(sentence("on {day} at {clock} the response is corrected to {earlier}"))
def _corrected(story: Story, day: str, clock: str, earlier: str) -> None:
    response = story.last("responded")
    data = {
        "event": response["id"],
        "field": "occurred_at",
        "was": response["occurred_at"],
        "now": at(day, earlier).isoformat(),
        "reason": "the call was noted late",
        "agreed_by_other_party": False,
    }
    story.incident("corrected", at(day, clock), data, actor="engineer")


@when(sentence("on {day} at {clock} the customer agrees to the correction"))
def _correction_agreed(story: Story, day: str, clock: str) -> None:
    data = {"request": story.last("corrected")["id"], "by": "customer"}
    story.incident("correction-agreed", at(day, clock), data, actor="customer")


@when(sentence("on {day} at {clock} the {who} asks for priority {priority:d}"))
def _reprioritized(story: Story, day: str, clock: str, who: str, priority: int) -> None:
    data = {"priority": priority, "requested_by": who, "agreed": False}
    story.incident("reprioritized", at(day, clock), data, actor=ORDINALS[who])


@when(sentence("on {day} at {clock} the {who} agrees to the priority"))
def _priority_agreed(story: Story, day: str, clock: str, who: str) -> None:
    data = {"request": story.last("reprioritized")["id"], "by": who}
    story.incident("reprioritization-agreed", at(day, clock), data, actor=ORDINALS[who])


@when(sentence("on {day} at {clock} {engineer} starts to work"))
def _started(story: Story, day: str, clock: str, engineer: str) -> None:
    story.incident("work-started", at(day, clock), {"engineer": engineer}, actor="engineer")


@when(sentence("on {day} at {clock} {engineer} stops"))
def _stopped(story: Story, day: str, clock: str, engineer: str) -> None:
    story.incident("work-stopped", at(day, clock), {"engineer": engineer}, actor="engineer")


@when(sentence("on {day} at {clock} the impact is reduced"))
def _mitigated(story: Story, day: str, clock: str) -> None:
    story.incident("mitigated", at(day, clock), {"how": "switched to the standby"}, actor="engineer")


@when(sentence("on {day} at {clock} the provider reports the status"))
def _status(story: Story, day: str, clock: str) -> None:
    story.incident("status-reported", at(day, clock), {"summary": "we are looking"}, actor="engineer")


@when(sentence("on {day} at {clock} the provider reports that it will be solved by {until}"))
def _status_estimate(story: Story, day: str, clock: str, until: str) -> None:
    data = {"summary": "we are looking", "expected_resolution_at": at(until, "18:00").isoformat()}
    story.incident("status-reported", at(day, clock), data, actor="engineer")


@when(sentence("on {day} at {clock} the provider tries to reach the customer"))
def _attempted(story: Story, day: str, clock: str) -> None:
    story.incident("contact-attempted", at(day, clock), NOTICE, actor="engineer")


@when(sentence("on {day} at {clock} the customer replies"))
def _replied(story: Story, day: str, clock: str) -> None:
    story.incident("customer-replied", at(day, clock), {"channel": "email"}, actor="customer")


@when(sentence("on {day} at {clock} the incident is resolved and the customer is told"))
def _resolved_told(story: Story, day: str, clock: str) -> None:
    story.incident("resolved", at(day, clock), {"summary": "done", "notification": NOTICE}, actor="engineer")


@when(sentence("on {day} at {clock} the incident is resolved and nobody is told"))
def _resolved(story: Story, day: str, clock: str) -> None:
    story.incident("resolved", at(day, clock), {"summary": "done"}, actor="engineer")


@when(sentence("on {day} at {clock} the incident is resolved by release {release}"))
def _released(story: Story, day: str, clock: str, release: str) -> None:
    data = {"summary": "done", "notification": NOTICE, "release": release}
    story.incident("resolved", at(day, clock), data, actor="engineer")


@when(sentence("on {day} at {clock} the incident is closed as a special build and the customer is told"))
def _not_covered_told(story: Story, day: str, clock: str) -> None:
    data = {"reason": "custom-build", "notification": NOTICE}
    story.incident("closed-not-covered", at(day, clock), data, actor="engineer")


@when(sentence("on {day} at {clock} the incident is closed as a special build and nobody is told"))
def _not_covered(story: Story, day: str, clock: str) -> None:
    story.incident("closed-not-covered", at(day, clock), {"reason": "custom-build"}, actor="engineer")


@when(sentence("on {day} at {clock} the incident is closed because the customer cannot be reached"))
def _unreachable(story: Story, day: str, clock: str) -> None:
    story.incident("customer-unreachable", at(day, clock), {}, actor="engineer")


@when(sentence("on {day} at {clock} the customer comes back"))
def _reopened(story: Story, day: str, clock: str) -> None:
    story.incident("reopened", at(day, clock), {"reason": "it happened again"}, actor="customer")


@when(sentence("it is judged as of {day} at {clock}"))
def _as_of(asked: dict[str, Any], day: str, clock: str) -> None:
    asked["as_of"] = at(day, clock)


def found(story: Story, asked: dict[str, Any], name: str, **reading: str) -> dict[str, Any]:
    """One obligation as judged when the scenario asks."""
    return obligation(story.verdict(asked.get("as_of"), **reading), name)


@then(sentence("the {name:w} is {verdict:S}, due on {day} at {clock}"))
def _due(story: Story, asked: dict[str, Any], name: str, verdict: str, day: str, clock: str) -> None:
    literal = found(story, asked, name)["literal"]
    assert (literal["verdict"], literal["due"]) == (verdict, printed(at(day, clock)))


@then(sentence("the {name} was answered on {day} at {clock}"))
def _answered(story: Story, asked: dict[str, Any], name: str, day: str, clock: str) -> None:
    literal = found(story, asked, name)["literal"]
    assert (literal["verdict"], literal["at"]) == ("met", printed(at(day, clock)))


@then(sentence("read with {question:S}={option:S} it is {verdict:S}, due on {day} at {clock}"))
def _read_due(
    story: Story, asked: dict[str, Any], question: str, option: str, verdict: str, day: str, clock: str
) -> None:
    literal = found(story, asked, "response", **{question: option})["literal"]
    assert (literal["verdict"], literal["due"]) == (verdict, printed(at(day, clock)))


@then(sentence("read with {question:S}={option:S} the {name:S} is {verdict:S}"))
def _read(story: Story, asked: dict[str, Any], question: str, option: str, name: str, verdict: str) -> None:
    assert found(story, asked, name, **{question: option})["literal"]["verdict"] == verdict


@then(sentence("the verdict on the {name} is {verdict:S}"))
def _verdict(story: Story, asked: dict[str, Any], name: str, verdict: str) -> None:
    assert found(story, asked, name)["literal"]["verdict"] == verdict


@then(sentence("the {name} stands {standing:S}"))
def _standing(story: Story, asked: dict[str, Any], name: str, standing: str) -> None:
    assert found(story, asked, name)["standing"] == standing


@then(sentence("the {name} hangs on {questions}"))
def _decisive(story: Story, asked: dict[str, Any], name: str, questions: str) -> None:
    assert found(story, asked, name)["decisive"] == sorted(questions.split(" and "))


@then(sentence("the {name} depends on {questions}"))
def _depends(story: Story, asked: dict[str, Any], name: str, questions: str) -> None:
    assert found(story, asked, name)["depends_on"] == sorted(questions.split(" and "))


@then(sentence("the {name} was broken on {day} at {clock}"))
def _broken_at(story: Story, asked: dict[str, Any], name: str, day: str, clock: str) -> None:
    literal = found(story, asked, name)["literal"]
    assert (literal["verdict"], literal["at"]) == ("breached", printed(at(day, clock)))


@then(sentence("nobody worked on {day} from {start} until {end}"))
def _uncovered(story: Story, asked: dict[str, Any], day: str, start: str, end: str) -> None:
    span = [printed(at(day, start)), printed(at(day, end))]
    assert span in found(story, asked, "continuous-work")["literal"]["uncovered"]


@then(sentence("the duty {duty:S} is {verdict:S}"))
def _duty(story: Story, asked: dict[str, Any], duty: str, verdict: str) -> None:
    duties = story.verdict(asked.get("as_of"))["duties"]
    assert {line["duty"]: line["verdict"] for line in duties}[duty] == verdict


@then(sentence("read with {question:S}={option:S} the duty {duty:S} is {verdict:S}"))
def _read_duty(story: Story, asked: dict[str, Any], question: str, option: str, duty: str, verdict: str) -> None:
    duties = story.verdict(asked.get("as_of"), **{question: option})["duties"]
    assert {line["duty"]: line["verdict"] for line in duties}[duty] == verdict


@then(sentence("it cannot be judged: the calendar of {jurisdiction} {year:d} is missing"))
def _missing(story: Story, asked: dict[str, Any], jurisdiction: str, year: int) -> None:
    error = story.verdict(asked.get("as_of"))["error"]
    assert error == {"problem": "calendar-missing", "jurisdiction": jurisdiction, "year": year}
