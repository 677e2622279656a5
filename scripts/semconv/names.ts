/** `voice.turn.id` as a constant's name: `VOICE_TURN_ID`. */
export function constantName(key: string): string {
  return key
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_/, '')
    .toUpperCase();
}

export function attributeConstant(key: string): string {
  return `ATTR_${constantName(key)}`;
}

/** The constant of an enumeration's member: `VOICE_TURN_SPEAKER_VALUE_USER`. */
export function valueConstant(key: string, member: string): string {
  return `${constantName(key)}_VALUE_${constantName(member)}`;
}

export function spanConstant(name: string): string {
  return `SPAN_${constantName(name)}`;
}

export function spanTypeConstant(type: string): string {
  return `SPAN_TYPE_${constantName(type)}`;
}

export function eventConstant(name: string): string {
  return `EVENT_${constantName(name)}`;
}

export function metricConstant(name: string): string {
  return `METRIC_${constantName(name)}`;
}

/** `voice.stage.type` as a type's name: `VoiceStageType`. */
export function typeName(key: string): string {
  return key
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
