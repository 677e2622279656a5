import { agentLines, callerLines, type Line } from '../script.js';
import { type Answers, StandInModel } from './model.js';
import { StandInRecognizer } from './recognizer.js';
import { loadRecording } from './recordings.js';
import { StandInSynthesizer } from './synthesizer.js';

/** Recogniser, model and synthesiser of the demo, in the shape that `AgentSession` takes them. */
export function standIns(): { stt: StandInRecognizer; llm: StandInModel; tts: StandInSynthesizer } {
  return {
    stt: new StandInRecognizer(Object.values<Line>(callerLines).map(loadRecording)),
    llm: new StandInModel(answers),
    tts: new StandInSynthesizer(Object.values<Line>(agentLines).map(loadRecording)),
  };
}

/** What the model "thinks". */
const answers: Answers = (heard) => {
  if ('toolResult' in heard) return say('orderLeft', 'orderArrives');
  switch (heard.user) {
    case callerLines.question.text:
      return say('shipping');
    case callerLines.order.text:
      return { call: 'look_up_order', arguments: { orderNumber: '4712' } };
    case callerLines.bargeIn.text:
      return say('mailed', 'anythingElse');
    default:
      return say('goodbye');
  }
};

function say(...lines: (keyof typeof agentLines)[]): { say: string } {
  return { say: lines.map((line) => agentLines[line].text).join(' ') };
}
