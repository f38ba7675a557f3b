"""Pictures, sound, moderations and reranks with the official client through the real process.

Each answer reads as the provider's own, files arrive whole, and each call costs what its model's
price makes of the stated usage, worked out by hand beside the case.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from openai import OpenAI

from tests.e2e.conftest import Stage
from tests.support import media_provider
from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream, Request
from tests.support.process import Admin, Weirgate

OPENAI_MODELS = (
    "gpt-image-1",
    "dall-e-2",
    "dall-e-3",
    "whisper-1",
    "gpt-4o-transcribe",
    "tts-1",
    "gpt-4o-mini-tts",
    "omni-moderation-latest",
)
JINA = 38
OPTIONS: dict[str, dict[str, float]] = {
    "ModelRatio": {
        "gpt-image-1": 2,
        "whisper-1": 15,
        "gpt-4o-transcribe": 3,
        "tts-1": 7.5,
        "gpt-4o-mini-tts": 2,
        "omni-moderation-latest": 5,
        "jina-reranker": 4,
    },
    "CompletionRatio": {"gpt-image-1": 4, "gpt-4o-transcribe": 2, "gpt-4o-mini-tts": 3},
    "ImageRatio": {"gpt-image-1": 3},
    "AudioRatio": {"gpt-4o-transcribe": 1},
    "AudioCompletionRatio": {"tts-1": 0},
    "ModelPrice": {"dall-e-3": 0.04, "dall-e-2": 0.02},
}
# Files large enough to come in many pieces.
PICTURES = [hashlib.shake_256(bytes([number])).digest(300_000) for number in (1, 2)]
VOICE = hashlib.shake_256(b"voice").digest(1_500_000)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("weirgate")
    with FakeUpstream(media_provider.behave) as upstream, Weirgate(folder) as server:
        admin = Admin(server)
        for name, values in OPTIONS.items():
            admin.option(name, orjson.dumps(values).decode())
        admin.add_channel(upstream.base_url, models=",".join(OPENAI_MODELS))
        admin.add_channel(upstream.base_url, name="jina", type=JINA, models="jina-reranker")
        made = Stage(server, upstream, admin, admin.add_key())
        try:
            yield made
        finally:
            made.close()


@dataclass(frozen=True)
class Case:
    """A call, what it costs in quota, and the file that must arrive whole, if it sends any."""

    name: str
    call: Callable[[OpenAI], Any]
    quota: int
    files: tuple[tuple[str, list[bytes]], ...] = ()


def gathered(stream: Any) -> list[Any]:
    """Returns what a stream brings, and closes it."""
    with stream:
        return list(stream)


def edit(client: OpenAI, **more: Any) -> Any:
    pictures = [(f"{number}.png", data, "image/png") for number, data in enumerate(PICTURES)]
    mask = ("mask.png", PICTURES[0], "image/png")
    return client.images.edit(
        model="gpt-image-1", image=pictures, mask=mask, prompt="add a cat", **more
    )


def vary(client: OpenAI) -> Any:
    picture = ("a.png", PICTURES[0], "image/png")
    with pytest.deprecated_call():
        return client.images.create_variation(  # type: ignore[deprecated]
            model="dall-e-2", image=picture, n=2, size="512x512"
        )


def transcribe(client: OpenAI, model: str, **more: Any) -> Any:
    voice = ("voice.mp3", VOICE, "audio/mpeg")
    return client.audio.transcriptions.create(model=model, file=voice, language="de", **more)


def translate(client: OpenAI) -> Any:
    with pytest.deprecated_call():
        return client.audio.translations.create(  # type: ignore[deprecated]
            model="whisper-1", file=("voice.mp3", VOICE)
        )


def speak(client: OpenAI) -> bytes:
    made = client.audio.speech.create(model="tts-1", voice="alloy", input="Grüße, Ö")
    return made.content


def speak_in_pieces(client: OpenAI) -> bytes:
    asked: Any = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "Grüße"}
    with client.audio.speech.with_streaming_response.create(**asked, stream_format="sse") as made:
        return b"".join(made.iter_bytes())


def rank(client: OpenAI) -> Any:
    body = {
        "model": "jina-reranker",
        "query": "cat",
        "documents": ["a dog", "cats act", "a cat"],
        "top_n": 2,
    }
    return client.post("/rerank", body=body, cast_to=object)


CASES = (
    # (10 of text + 272 x 4) x 2
    Case(
        "image by tokens",
        lambda client: client.images.generate(
            model="gpt-image-1", prompt="a cat", size="1024x1024", quality="low"
        ),
        2_196,
    ),
    Case(
        "image in a stream",
        lambda client: gathered(
            client.images.generate(
                model="gpt-image-1", prompt="a cat", stream=True, partial_images=1
            )
        ),
        2_196,
    ),
    # 0.04 USD x 500,000 x 2 for the size x 1.5 for hd there
    Case(
        "image by price",
        lambda client: client.images.generate(
            model="dall-e-3", prompt="a cat", size="1792x1024", quality="hd"
        ),
        60_000,
    ),
    # (10 + 2 x 40 of pictures x 3 + 272 x 4) x 2
    Case("edit", edit, 2_676, (("image[]", PICTURES), ("mask", PICTURES[:1]))),
    Case("edit in a stream", lambda client: gathered(edit(client, stream=True)), 2_676),
    # two of 0.02 USD x 500,000 x 0.45 for the size
    Case("variation", vary, 9_000, (("image", PICTURES[:1]),)),
    # 30 s are 500 tokens, at 15
    Case(
        "transcription",
        lambda client: transcribe(client, "whisper-1"),
        7_500,
        (("file", [VOICE]), ("language", [b"de"])),
    ),
    Case(
        "transcription with its length",
        lambda client: transcribe(client, "whisper-1", response_format="verbose_json"),
        7_500,
    ),
    # (14 + 4 x 2) x 3
    Case("transcription by tokens", lambda client: transcribe(client, "gpt-4o-transcribe"), 66),
    Case(
        "transcription in a stream",
        lambda client: gathered(transcribe(client, "gpt-4o-transcribe", stream=True)),
        66,
    ),
    Case("translation", translate, 7_500, (("file", [VOICE]),)),
    # 8 characters at 7.5, sound free
    Case("speech", speak, 60),
    # (10 + 50 x 3) x 2
    Case("speech in a stream", speak_in_pieces, 320),
    # 6 tokens at 5
    Case(
        "moderation",
        lambda client: client.moderations.create(
            model="omni-moderation-latest", input=["be kind", "kill it"]
        ),
        30,
    ),
    # 21 tokens at 4
    Case("rerank", rank, 84),
)


def key_rows(stage: Stage, name: str) -> list[dict[str, Any]]:
    page = stage.admin.call("GET", "/api/log/self", type=2, token_name=name, page_size=100)
    rows: list[dict[str, Any]] = page["items"]
    return rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_media_reads_as_the_providers_own_and_costs_its_price(stage: Stage, case: Case) -> None:
    key = stage.admin.add_key(name=case.name)
    ours = case.call(stage.sdk(key))
    got: Request = stage.upstream.requests[-1]
    theirs = case.call(stage.straight())
    straight = stage.upstream.requests[-1]

    assert ours == theirs
    assert got.path == straight.path
    assert got.key == "sk-up"
    for name, wanted in case.files:
        assert media_provider.form_of(got)[name] == wanted
    rows = until(lambda: key_rows(stage, case.name), lambda rows: len(rows) == 1, 2)
    assert rows[0]["quota"] == case.quota, rows[0]


def test_a_transcript_as_text_is_charged_by_the_length_of_its_file(stage: Stage) -> None:
    key = stage.admin.add_key(name="plain")
    # Two seconds of silence: 16 kHz, 16 bit, one channel.
    size = 64_000
    head = b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\x01\0\x01\0"
    head += (16_000).to_bytes(4, "little") + (32_000).to_bytes(4, "little") + b"\x02\0\x10\0"
    sound = head + b"data" + size.to_bytes(4, "little") + bytes(size)
    text = stage.sdk(key).audio.transcriptions.create(
        model="whisper-1", file=("a.wav", sound), response_format="text"
    )
    assert text == f"audio/transcriptions: [{len(sound)}] bytes in some language\n"
    (row,) = until(lambda: key_rows(stage, "plain"), lambda rows: len(rows) == 1, 2)
    # 2 s are 33 tokens, at 15.
    assert (row["prompt_tokens"], row["quota"]) == (33, 495)


def test_a_refusal_of_the_provider_reaches_the_client_and_costs_nothing(stage: Stage) -> None:
    key = stage.admin.add_key(name="refused")
    answer = stage.admin.client.post(
        "/v1/images/edits",
        files={"prompt": (None, "a cat"), "model": (None, "gpt-image-1")},
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"
    stage.server.drain()
    assert all(row["quota"] == 0 for row in key_rows(stage, "refused"))
