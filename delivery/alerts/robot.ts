import type { AlertMessage, ChannelKind, ChannelSettings } from '#engine/alert/channel.ts';
import type { AnswerCodes } from './judge.ts';

/** A message as a vendor wants it. */
export type Rendered = {
  readonly url: string;
  readonly body: string;
  /** Beside the content type: name, value, name, value … */
  readonly headers?: readonly string[];
};

/** A channel that is one HTTP request: pure, the moment is an argument. */
export type Robot<Kind extends ChannelKind> = {
  /** `id` is the same for every try of a message. */
  readonly render: (
    settings: ChannelSettings[Kind],
    message: AlertMessage,
    sending: { readonly id: string; readonly now: Date },
  ) => Rendered;
  /** Null: the status says it all. */
  readonly codes: AnswerCodes | null;
};
