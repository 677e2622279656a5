import { Component, type ComponentChildren, type JSX } from 'preact';
import type { SessionReport } from '../../../report/model.js';
import { LongText } from './rich-text.js';

interface BoundaryProps {
  readonly report: SessionReport;
  readonly children: ComponentChildren;
}

interface BoundaryState {
  readonly problem: string | undefined;
}

/** Where drawing a call fails, its data is shown as text instead of nothing. */
export class ErrorBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { problem: undefined };

  static override getDerivedStateFromError(error: unknown): BoundaryState {
    return { problem: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }

  override componentDidUpdate(before: BoundaryProps): void {
    if (before.report !== this.props.report && this.state.problem !== undefined) {
      this.setState({ problem: undefined });
    }
  }

  render(): ComponentChildren {
    const { problem } = this.state;
    return problem === undefined ? this.props.children : <Raw report={this.props.report} problem={problem} />;
  }
}

function Raw(props: { readonly report: SessionReport; readonly problem: string }): JSX.Element {
  return (
    <div class="call-raw" role="alert">
      <h1>This call could not be drawn</h1>
      <p>
        That is a fault of the viewer, not of the call. Below is what was read from its spans; the fault says:{' '}
        <code>{props.problem.slice(0, 500)}</code>
      </p>
      <LongText text={JSON.stringify(props.report, undefined, 2)} limit={20_000} code />
    </div>
  );
}
