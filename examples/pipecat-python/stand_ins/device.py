"""A telephone without hardware: a transport whose caller speaks tones by a script and whose loudspeaker keeps a log."""

import asyncio
import time

from pipecat.audio.vad.vad_analyzer import VADAnalyzer, VADParams
from pipecat.frames.frames import InputAudioRawFrame
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import BaseTransport, TransportParams

from .providers import tone

MICROPHONE_RATE = 16000
CHUNK_SECONDS = 0.02
SILENCE = bytes(int(MICROPHONE_RATE * CHUNK_SECONDS) * 2)


class EnergyGate(VADAnalyzer):
    """Takes whatever is loud for speech, in place of a model."""

    def __init__(self):
        super().__init__(params=VADParams(min_volume=0.0))

    def num_frames_required(self) -> int:
        return int(self.sample_rate * CHUNK_SECONDS)

    def voice_confidence(self, buffer: bytes) -> float:
        return 1.0 if any(buffer) else 0.0


class Microphone(BaseInputTransport):
    """Hands over a chunk every 20 ms; speaks when it is told to."""

    def __init__(self, params):
        super().__init__(params)
        self._speech = bytearray()
        self.utterances = []

    async def start(self, frame):
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._task = self.create_task(self._run())

    async def cleanup(self):
        await super().cleanup()
        await self.cancel_task(self._task)

    def speak(self, seconds: float):
        """The caller begins to speak with the next chunk."""
        self._speech.extend(tone(seconds, MICROPHONE_RATE, 440))
        self.utterances.append({"start": None, "end": None})

    async def _run(self):
        next_at = time.monotonic()
        while True:
            chunk = bytes(self._speech[: len(SILENCE)])
            del self._speech[: len(SILENCE)]
            if chunk:
                now = time.time()
                said = self.utterances[-1]
                # A chunk is handed over when its 20 ms are over.
                said["start"] = said["start"] or now - CHUNK_SECONDS
                said["end"] = now
            await self.push_audio_frame(
                InputAudioRawFrame(
                    audio=chunk.ljust(len(SILENCE), b"\0") if chunk else SILENCE,
                    sample_rate=MICROPHONE_RATE,
                    num_channels=1,
                )
            )
            next_at += CHUNK_SECONDS
            await asyncio.sleep(max(0, next_at - time.monotonic()))


class Loudspeaker(BaseOutputTransport):
    """Plays in real time and notes from when to when there was something to hear."""

    def __init__(self, params):
        super().__init__(params)
        self._free_at = 0.0
        self.heard = []

    async def start(self, frame):
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame) -> bool:
        now = time.time()
        seconds = frame.num_frames / frame.sample_rate
        begin = max(now, self._free_at)
        self._free_at = begin + seconds
        if any(frame.audio):
            last = self.heard[-1] if self.heard else None
            # A pause of more than a fifth of a second is the end of what was being said.
            if last is not None and begin - last["end"] < 0.2:
                last["end"] = self._free_at
            else:
                self.heard.append({"start": begin, "end": self._free_at})
        await asyncio.sleep(max(0, self._free_at - time.time()))
        return True


class Telephone(BaseTransport):
    def __init__(self):
        super().__init__()
        params = TransportParams(audio_in_enabled=True, audio_out_enabled=True)
        self.microphone = Microphone(params)
        self.loudspeaker = Loudspeaker(params)

    def input(self):
        return self.microphone

    def output(self):
        return self.loudspeaker
