import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { EventReport } from '../../../report/model.js';
import { formatClock } from '../../../report/text/format.js';
import { ATTR_VOICE_EVENT_PAYLOAD } from '../../../semconv/generated.js';
import { count } from './format.js';
import { prettyJson, valueText } from './json.js';
import { LongText, RichText } from './rich-text.js';

const FIRST_EVENTS = 40;
/** Attributes of an event shown beside its payload. */
const MAX_ATTRIBUTES = 20;

/** Events by time, each with what came with it. */
export function Events(props: { readonly events: readonly EventReport[] }): JSX.Element {
  const { events } = props;
  const [all, setAll] = useState(false);
  if (events.length === 0) return <p class="call-nothing">No events.</p>;
  return (
    <>
      <ol class="call-events">
        {events.slice(0, all ? events.length : FIRST_EVENTS).map((event, i) => (
          <li key={i}>
            <span class="call-times">{formatClock(event.timeMs)}</span>
            <div>
              <b>
                <RichText text={event.name.slice(0, 120)} />
              </b>
              {event.payload !== undefined && <LongText text={prettyJson(event.payload)} code limit={600} />}
              <OtherAttributes event={event} />
            </div>
          </li>
        ))}
      </ol>
      {events.length > FIRST_EVENTS && (
        <button type="button" class="call-more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show less' : `Show all ${count(events.length)} events`}
        </button>
      )}
    </>
  );
}

function OtherAttributes({ event }: { readonly event: EventReport }): JSX.Element | null {
  const keys = Object.keys(event.attributes).filter((key) => key !== ATTR_VOICE_EVENT_PAYLOAD);
  if (keys.length === 0) return null;
  return (
    <dl class="call-fields">
      {keys.slice(0, MAX_ATTRIBUTES).map((key) => (
        <div key={key}>
          <dt>
            <RichText text={key.slice(0, 120)} />
          </dt>
          <dd>
            <LongText text={valueText(event.attributes[key])} limit={300} code />
          </dd>
        </div>
      ))}
    </dl>
  );
}
