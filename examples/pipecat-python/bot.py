"""An ordinary Pipecat application: microphone, speech to text, language model, text to speech, loudspeaker.

It knows nothing of tracing. Its providers are OpenAI's, or whatever answers at OPENAI_BASE_URL.
"""

import os

from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.openai.stt import OpenAISTTService
from pipecat.services.openai.tts import OpenAITTSService
from pipecat.turns.user_stop.speech_timeout_user_turn_stop_strategy import (
    SpeechTimeoutUserTurnStopStrategy,
)
from pipecat.turns.user_turn_strategies import UserTurnStrategies

SYSTEM = "You are a friendly phone agent for Example Outfitters. Answer in one or two short spoken sentences."


def make_worker(transport, vad_analyzer) -> PipelineWorker:
    credentials = {"api_key": os.environ["OPENAI_API_KEY"], "base_url": os.environ["OPENAI_BASE_URL"]}
    stt = OpenAISTTService(**credentials, settings=OpenAISTTService.Settings(model="gpt-4o-transcribe"))
    llm = OpenAILLMService(
        **credentials,
        settings=OpenAILLMService.Settings(model="gpt-4.1-mini", system_instruction=SYSTEM),
    )
    tts = OpenAITTSService(
        **credentials, settings=OpenAITTSService.Settings(model="gpt-4o-mini-tts", voice="alloy")
    )
    context = LLMContext()
    user, assistant = LLMContextAggregatorPair(
        context,
        user_params=LLMUserAggregatorParams(
            vad_analyzer=vad_analyzer,
            user_turn_strategies=UserTurnStrategies(
                stop=[SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=0.4)]
            ),
        ),
    )
    pipeline = Pipeline(
        [transport.input(), stt, user, llm, tts, transport.output(), assistant]
    )
    return PipelineWorker(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=16000, audio_out_sample_rate=24000),
    )
