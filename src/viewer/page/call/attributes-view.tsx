import { Component, type JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { AttributeRecord } from '../../../report/otlp.js';
import { count } from './format.js';
import { prettyJson, valueText } from './json.js';
import { LongText, RichText } from './rich-text.js';
import { useGradually } from './use-gradually.js';

const FIRST_ROWS = 60;
const STEP_ROWS = 60;
const VALUE_LIMIT = 400;

/** Attributes as they stand on a span, hidden until asked for. */
export function Attributes(props: {
  readonly title: string;
  readonly attributes: AttributeRecord;
}): JSX.Element {
  const [asked, setAsked] = useState(false);
  const details = useRef<HTMLDetailsElement>(null);
  // `toggle` comes later than the click that opens: the rows would be missing for a moment. A search in the page
  // opens without a click.
  useEffect(() => {
    const element = details.current;
    const ask = (): void => setAsked(true);
    const causes = ['click', 'toggle'] as const;
    for (const cause of causes) element?.addEventListener(cause, ask);
    return () => {
      for (const cause of causes) element?.removeEventListener(cause, ask);
    };
  }, []);
  const keys = useMemo(() => Object.keys(props.attributes), [props.attributes]);
  return (
    <details class="call-attributes" ref={details}>
      <summary>
        <bdi>{props.title}</bdi> <span class="call-count">{count(keys.length)}</span>
      </summary>
      {asked && <Table keys={keys} attributes={props.attributes} />}
    </details>
  );
}

function Table(props: {
  readonly keys: readonly string[];
  readonly attributes: AttributeRecord;
}): JSX.Element {
  const { keys, attributes } = props;
  const [all, setAll] = useState(false);
  if (keys.length === 0) return <p class="call-nothing">None.</p>;
  return (
    <div>
      {all ? (
        <AllRows keys={keys} attributes={attributes} />
      ) : (
        <Rows keys={keys} from={0} to={Math.min(keys.length, FIRST_ROWS)} attributes={attributes} />
      )}
      {keys.length > FIRST_ROWS && (
        <button type="button" class="call-more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show less' : `Show all ${count(keys.length)}`}
        </button>
      )}
    </div>
  );
}

function AllRows(props: {
  readonly keys: readonly string[];
  readonly attributes: AttributeRecord;
}): JSX.Element {
  const shown = useGradually(props.keys.length, FIRST_ROWS, STEP_ROWS);
  const blocks: JSX.Element[] = [];
  // Rows in blocks: what is out of sight is neither laid out nor compared again.
  for (let from = 0; from < shown; from += STEP_ROWS) {
    const to = Math.min(shown, from + STEP_ROWS);
    blocks.push(<Rows key={from} keys={props.keys} from={from} to={to} attributes={props.attributes} />);
  }
  return <div class="call-attributes-all">{blocks}</div>;
}

interface RowsProps {
  readonly keys: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly attributes: AttributeRecord;
}

class Rows extends Component<RowsProps> {
  override shouldComponentUpdate(next: RowsProps): boolean {
    const { keys, from, to, attributes } = this.props;
    return next.keys !== keys || next.from !== from || next.to !== to || next.attributes !== attributes;
  }

  override render(): JSX.Element {
    const { keys, from, to, attributes } = this.props;
    return (
      <dl class="call-attribute-rows">
        {keys.slice(from, to).map((key) => (
          <div key={key}>
            <dt>
              <RichText text={key.slice(0, 200)} />
            </dt>
            <dd>
              <Value text={valueText(attributes[key])} />
            </dd>
          </div>
        ))}
      </dl>
    );
  }
}

function Value({ text }: { readonly text: string }): JSX.Element {
  if (text.length <= 80) return <RichText text={text} />;
  return <LongText text={/^\s*[[{]/.test(text) ? prettyJson(text) : text} limit={VALUE_LIMIT} code />;
}
