import { type ModelHints, type ModelIdentity, modelIdentity } from '../livekit/models.js';
import type { ServiceReport, ServiceStage } from './events.js';

/** Processors whose stage is remembered; beyond, the oldest go. */
const MAX_PROCESSORS = 64;

const STAGES: readonly ServiceStage[] = ['stt', 'llm', 'tts'];

/** `DeepgramFluxSTTService#0`: the company, what kind of service it is, and endings that name the way it is reached. */
const SERVICE_NAME =
  /^(?<company>[A-Za-z0-9_.]+?)(?:Realtime|Live|Http|HTTP|WebSocket|Flux|Segmented)*(?<stage>STT|LLM|TTS)(?:Service)?(?:#.*)?$/;

/** Knows the services of a pipeline: which stage a processor is, who provides it, which model it runs. */
export class Services {
  readonly #hints: ModelHints;
  readonly #stages = new Map<string, ServiceStage>();
  readonly #latest = new Map<ServiceStage, ServiceReport>();

  constructor(hints: ModelHints) {
    this.#hints = hints;
  }

  has(stage: ServiceStage): boolean {
    return this.#latest.has(stage);
  }

  /** The stage that a report comes from, which is remembered. */
  note(report: ServiceReport): ServiceStage | undefined {
    const stage = report.stage ?? this.stageOf(report.processor);
    if (stage === undefined) return undefined;
    const { processor, model } = report;
    if (processor !== undefined) this.#stages.set(processor, stage);
    if (this.#stages.size > MAX_PROCESSORS) this.#stages.delete(this.#stages.keys().next().value ?? '');
    const before = this.#latest.get(stage);
    const sameProcessor = processor === undefined || before?.processor === processor;
    this.#latest.set(stage, {
      ...(sameProcessor ? before : {}),
      ...(processor === undefined ? {} : { processor }),
      ...(model === undefined ? {} : { model }),
    });
    return stage;
  }

  stageOf(processor: string | undefined): ServiceStage | undefined {
    if (processor === undefined) return undefined;
    const named = SERVICE_NAME.exec(processor)?.groups?.stage?.toLowerCase();
    return this.#stages.get(processor) ?? STAGES.find((stage) => stage === named);
  }

  /** Who did the latest work of this stage. */
  identity(stage: ServiceStage): ModelIdentity {
    const { processor, model } = this.#latest.get(stage) ?? {};
    const company = processor === undefined ? undefined : SERVICE_NAME.exec(processor)?.groups?.company;
    return modelIdentity(
      {
        ...(company === undefined ? {} : { modelProvider: company }),
        ...(model === undefined ? {} : { modelName: model }),
      },
      undefined,
      this.#hints[stage],
    );
  }
}
