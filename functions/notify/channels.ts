/** What differs between the kinds of chat: one row a kind. */
import type { NotificationKind } from '../../domain/app.ts';
import type { TowpathEvent } from '../../domain/events.ts';
import { discordMessage } from './discord.ts';
import { message } from './slack.ts';
import { teamsMessage } from './teams.ts';
import { webhookMessage } from './webhook.ts';

export interface Channel {
  /** The JSON that is posted. */
  message: (event: TowpathEvent) => object;
  /** The chat's own word for what is wrong, from its answer's body. Of a known form, so that no secret is repeated. */
  errorCode: (body: string) => string | undefined;
}

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
const discordCode = (body: string) => {
  const [, code] = /"code"\s*:\s*(\d{1,6})/.exec(body) ?? [];
  return code && `code ${code}`;
};
const none = () => undefined;

export const CHANNELS: Record<NotificationKind, Channel> = {
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
  slack: { message, errorCode: (body) => /^[a-z_]{1,64}$/.exec(body.trim())?.[0] },
  teams: { message: teamsMessage, errorCode: none },
  discord: { message: discordMessage, errorCode: discordCode },
  webhook: { message: webhookMessage, errorCode: none },
};
