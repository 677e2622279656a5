/** Imported before `@livekit/rtc-node`, which otherwise logs every event of a room. */
process.env.NODE_ENV ??= 'production';
