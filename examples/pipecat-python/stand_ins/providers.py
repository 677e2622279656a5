"""OpenAI's three endpoints on loopback, with scripted answers and short, real delays."""

import asyncio
import json
import math
import struct
import time

from aiohttp import web

SAMPLE_RATE = 24000
SECONDS_PER_CHARACTER = 0.03


class Providers:
    """Answers in the order of the script; says in `requests` what it was asked."""

    def __init__(self, transcripts, replies):
        self._transcripts = list(transcripts)
        self._replies = list(replies)
        self.requests = []

    async def start(self) -> str:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/audio/transcriptions", self._transcribe)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/v1/audio/speech", self._speak)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        return f"http://127.0.0.1:{port}/v1"

    async def stop(self):
        await self._runner.cleanup()

    async def _transcribe(self, request):
        await request.post()
        await asyncio.sleep(0.08)
        text = self._transcripts.pop(0) if self._transcripts else ""
        self.requests.append({"kind": "stt", "time": time.time(), "text": text})
        return web.json_response({"text": text})

    async def _complete(self, request):
        asked = await request.json()
        reply = self._replies.pop(0)
        self.requests.append(
            {"kind": "llm", "time": time.time(), "messages": asked["messages"], "text": reply["text"]}
        )
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await asyncio.sleep(0.15)
        base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": asked["model"]}

        async def send(chunk):
            await response.write(f"data: {json.dumps({**base, **chunk})}\n\n".encode())

        for word in reply["text"].split(" "):
            delta = {"role": "assistant", "content": f"{word} "}
            await send({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
            await asyncio.sleep(0.01)
        await send({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        usage = reply["usage"]
        total = usage["prompt_tokens"] + usage["completion_tokens"]
        await send({"choices": [], "usage": {**usage, "total_tokens": total}})
        await response.write(b"data: [DONE]\n\n")
        return response

    async def _speak(self, request):
        asked = await request.json()
        self.requests.append({"kind": "tts", "time": time.time(), "text": asked["input"]})
        response = web.StreamResponse(headers={"content-type": "audio/pcm"})
        await response.prepare(request)
        await asyncio.sleep(0.12)
        await response.write(tone(len(asked["input"]) * SECONDS_PER_CHARACTER, SAMPLE_RATE, 330))
        return response


def tone(seconds: float, rate: int, hertz: float) -> bytes:
    """A tone as 16-bit samples: speech, as far as an energy gate can tell."""
    count = int(seconds * rate)
    samples = (int(20000 * math.sin(2 * math.pi * hertz * i / rate)) for i in range(count))
    return struct.pack(f"<{count}h", *samples)
