"""One call with bot.py, offline: scripted providers on loopback, a caller who speaks tones and interrupts once.

What really happened, at the microphone, at the providers and at the loudspeaker, goes to the file that is named.
"""

import asyncio
import json
import os
import sys
import time

from pipecat.workers.runner import WorkerRunner

from bot import make_worker
from stand_ins.device import EnergyGate, Telephone
from stand_ins.providers import Providers

TRANSCRIPTS = ["Which sizes do you have?", "Wait, just tell me if you have medium."]
REPLIES = [
    {
        "text": "We have small, medium, large and extra large, and some models come in tall sizes as well.",
        "usage": {"prompt_tokens": 48, "completion_tokens": 21},
    },
    {"text": "Yes, we have medium.", "usage": {"prompt_tokens": 85, "completion_tokens": 6}},
]


async def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the call did not go as scripted")
        await asyncio.sleep(0.01)


async def caller(phone, worker):
    """Asks, interrupts the answer after nearly a second of it, hears the second answer out and hangs up."""
    heard = phone.loudspeaker.heard
    await asyncio.sleep(0.5)
    phone.microphone.speak(1.2)
    await until(lambda: len(heard) == 1)
    await asyncio.sleep(0.9)
    phone.microphone.speak(1.0)
    await until(lambda: len(heard) == 2)
    await until(lambda: time.time() > heard[1]["end"] + 0.5)
    await worker.stop_when_done()


async def main(truth_file):
    providers = Providers(TRANSCRIPTS, REPLIES)
    os.environ["OPENAI_BASE_URL"] = await providers.start()
    os.environ["OPENAI_API_KEY"] = "none-needed"
    phone = Telephone()
    worker = make_worker(phone, EnergyGate())
    runner = WorkerRunner(handle_sigint=False)
    script = asyncio.create_task(caller(phone, worker))
    await runner.add_workers(worker)
    await runner.run()
    await script
    await providers.stop()
    truth = {
        "utterances": [
            {**said, "text": text} for said, text in zip(phone.microphone.utterances, TRANSCRIPTS)
        ],
        "heard": phone.loudspeaker.heard,
        "replies": [reply["text"] for reply in REPLIES],
        "usage": [reply["usage"] for reply in REPLIES],
        "requests": [{"kind": one["kind"], "text": one["text"]} for one in providers.requests],
    }
    with open(truth_file, "w") as file:
        json.dump(truth, file, indent=1)


asyncio.run(main(sys.argv[1]))
