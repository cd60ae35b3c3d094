"""The published document of the topics, held against records that another client than ours has read."""

import json
from collections.abc import Iterator
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition
from jsonschema import Draft7Validator

from tests.checkout import ROOT

__all__ = ["Contract", "consumed"]

_PATIENCE_SECONDS: Final = 20.0


class Contract:
    """`asyncapi.json` as a job would use it that has nothing else."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = json.loads((ROOT / "schemas/generated/asyncapi.json").read_text("utf-8"))
        self._channels = {channel["address"]: channel for channel in self.document["channels"].values()}
        self._schemas: dict[int, Draft7Validator] = {}

    @property
    def topics(self) -> list[str]:
        """The addresses of its channels."""
        return list(self._channels)

    def messages(self, topic: str) -> dict[str, Any]:
        """What a topic carries, by name."""
        return {name: self._resolved(one) for name, one in self._channels[topic]["messages"].items()}

    def faults(self, topic: str, key: str, headers: dict[str, str], value: Any) -> list[str]:
        """In what a record differs from what the document says of its topic."""
        messages = self.messages(topic)
        name = next(iter(messages)) if len(messages) == 1 else headers.get("ce_type", "")
        if name not in messages:
            return [f"no message is named {name!r}"]
        message = messages[name]
        found = [*self._errors(message["bindings"]["kafka"]["key"], key)]
        if value is not None or "compact" not in self._policy(topic):
            found += self._errors(message["payload"], value)
        if "headers" in message:
            found += self._errors(self._resolved(message["headers"]), headers)
        return found

    def _policy(self, topic: str) -> list[str]:
        policy: list[str] = self._channels[topic]["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"]
        return policy

    def _resolved(self, node: Any) -> Any:
        if "$ref" in node:
            found: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            return found
        return node

    def _errors(self, schema: Any, value: Any) -> Iterator[str]:
        checks = self._schemas.setdefault(id(schema), Draft7Validator(schema))
        for error in checks.iter_errors(value):
            yield f"{'/'.join(map(str, error.path))}: {error.message}"


def consumed(bootstrap: str, topic: str) -> Iterator[Message]:
    """Every committed record of a topic, from its beginning to what is its end now."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "contract",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
        }
    )
    try:
        partitions = consumer.list_topics(topic, timeout=_PATIENCE_SECONDS).topics[topic].partitions
        consumer.assign([TopicPartition(topic, one, OFFSET_BEGINNING) for one in partitions])
        ended = 0
        while ended < len(partitions):
            message = consumer.poll(_PATIENCE_SECONDS)
            assert message is not None, f"nothing came of {topic}"
            if message.error() is None:
                yield message
            else:
                ended += 1
    finally:
        consumer.close()
