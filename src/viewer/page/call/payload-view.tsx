import type { JSX } from 'preact';
import { prettyJson } from './json.js';
import type { ChatMessage, MessagePart } from './messages.js';
import type { PayloadBlock } from './payload.js';
import { LongText, RichText } from './rich-text.js';

/** Messages shown before “show earlier”: the last ones of a long conversation say most. */
const LAST_MESSAGES = 6;

export function PayloadView(props: { readonly blocks: readonly PayloadBlock[] }): JSX.Element | null {
  if (props.blocks.length === 0) return null;
  return (
    <div class="call-payload">
      {props.blocks.map((block, i) => (
        <Block key={i} block={block} />
      ))}
    </div>
  );
}

function Block({ block }: { readonly block: PayloadBlock }): JSX.Element {
  if (block.kind === 'fields') {
    return (
      <dl class="call-fields">
        {block.fields.map(({ label, value }) => (
          <div key={label}>
            <dt>
              <bdi>{label}</bdi>
            </dt>
            <dd>
              <RichText text={value.slice(0, 500)} />
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  return (
    <div class="call-block">
      <h4 class="call-block-title">
        <bdi>{block.label}</bdi>
      </h4>
      {block.kind === 'messages' ? (
        <Messages messages={block.messages} />
      ) : (
        <LongText text={block.text} code={block.kind === 'json'} />
      )}
    </div>
  );
}

function Messages({ messages }: { readonly messages: readonly ChatMessage[] }): JSX.Element {
  const earlier = messages.slice(0, -LAST_MESSAGES);
  return (
    <>
      {earlier.length > 0 && (
        <details class="call-earlier">
          <summary>{earlier.length} earlier</summary>
          <MessageList messages={earlier} />
        </details>
      )}
      <MessageList messages={messages.slice(-LAST_MESSAGES)} />
    </>
  );
}

function MessageList({ messages }: { readonly messages: readonly ChatMessage[] }): JSX.Element {
  return (
    <ul class="call-messages">
      {messages.map((message, i) => (
        <li
          key={i}
          class={`call-role-${message.role === 'user' ? 'user' : message.role === 'assistant' ? 'agent' : 'other'}`}
        >
          <span class="call-tag">
            <bdi>{message.role.slice(0, 40)}</bdi>
          </span>
          <div>
            {message.parts.length === 0 && <span class="call-nothing">empty</span>}
            {message.parts.map((part, j) => (
              <Part key={j} part={part} />
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Part({ part }: { readonly part: MessagePart }): JSX.Element {
  if (part.kind === 'text') return <LongText text={part.text} />;
  return (
    <div>
      <span class="call-part-name">
        {part.kind === 'call' && (
          <>
            calls{' '}
            <b>
              <bdi>{part.name.slice(0, 120)}</bdi>
            </b>
          </>
        )}
        {part.kind === 'result' && 'result'}
        {part.kind === 'other' && <bdi>{part.type.slice(0, 60)}</bdi>}
      </span>
      <LongText text={prettyJson(part.json)} code />
    </div>
  );
}
