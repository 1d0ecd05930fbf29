/** What an event says, whoever is told: our own words, and what users wrote, kept apart. Pure. */
import type { EventKind, TowpathEvent } from '../../domain/events.ts';
import { subjectOf } from './text.ts';

export interface News {
  tone: 'good' | 'bad' | 'neutral';
  icon: string;
  /** Ours, with names that are slugs: `shop: deployment 3 failed in Build`. */
  headline: string;
  branch: string;
  /** Branch, commit and its subject: users wrote this. */
  commit: string;
  /** Why, and what to do: may quote what users wrote. */
  reasons: string[];
  /** Of the site, where that is news. */
  link?: URL;
  /** ISO 8601 in UTC. */
  time: string;
  site: string;
  deployment: string;
}

type Detail = TowpathEvent['detail'];

const SHORT_SHA = 7;
const atStep = ({ deployment: { error } }: Detail) => (error?.step ? ` in ${error.step}` : '');

const pullOf = ({ deployment: { preview } }: Detail) => preview?.number ?? '';

interface Telling {
  tone: News['tone'];
  icon: string;
  /** After "deployment 3". */
  say: (detail: Detail) => string;
  /** Whether the deployment's error is part of the news. */
  tellsError?: true;
}

const TELLINGS: Record<EventKind, Telling> = {
  'deployment.queued': { tone: 'neutral', icon: '⏳', say: () => 'waits for the one before it' },
  'deployment.started': {
    tone: 'neutral',
    icon: '🚀',
    say: ({ deployment: { redriveCount, promotes, removes } }) => {
      if (redriveCount > 0) return 'is replayed';
      if (removes) return 'takes its site away';
      return promotes ? 'brings an earlier release back' : 'started';
    },
  },
  'deployment.succeeded': {
    tone: 'good',
    icon: '✅',
    say: ({ deployment }) => (deployment.promotes ? 'brought an earlier release back' : 'is live'),
  },
  'deployment.step_failed': {
    tone: 'bad',
    icon: '⚠️',
    say: (detail) => `cannot go on: a step failed${atStep(detail)}`,
    tellsError: true,
  },
  'deployment.failed': { tone: 'bad', icon: '❌', say: (detail) => `failed${atStep(detail)}`, tellsError: true },
  'deployment.superseded': { tone: 'neutral', icon: '⏭️', say: () => 'was superseded by a newer one' },
  'deployment.skipped': { tone: 'neutral', icon: '⏭️', say: () => 'was skipped', tellsError: true },
  'deployment.aborted': { tone: 'neutral', icon: '⏹️', say: () => 'was stopped' },
  'deployment.rolled_back': { tone: 'bad', icon: '↩️', say: () => 'was rolled back', tellsError: true },
  'preview.ready': {
    tone: 'good',
    icon: '👀',
    say: (detail) => `shows pull request ${pullOf(detail)}`,
  },
  'preview.removed': {
    tone: 'neutral',
    icon: '🗑️',
    say: (detail) => `took the preview of pull request ${pullOf(detail)} away`,
  },
  'site.removed': { tone: 'neutral', icon: '🗑️', say: ({ deployment }) => `took the site ${deployment.site} away` },
  'domain.ready': { tone: 'good', icon: '🌐', say: () => 'answers to new names' },
  'regeneration.dead-lettered': { tone: 'bad', icon: '⏳', say: () => 'has a page that cannot be rendered anew' },
};

/** The deployment's error, where that is news; the page or the names, where they are. */
function reasonsOf(event: TowpathEvent): string[] {
  if (event.kind === 'regeneration.dead-lettered') {
    const { page, generatedAt } = event.detail;
    return [`${page}: its visitors go on getting the copy of ${generatedAt}`];
  }
  if (event.kind === 'domain.ready') return [event.detail.names.join(', ')];
  const { message, remedy } = (TELLINGS[event.kind].tellsError && event.detail.deployment.error) || {};
  return [message, remedy].filter((text): text is string => Boolean(text?.trim()));
}

function linkOf({ kind, detail }: TowpathEvent): URL | undefined {
  if (kind === 'domain.ready')
    return detail.names[0]?.startsWith('*.') ? undefined : new URL(`https://${detail.names[0]}`);
  const { deployment } = detail;
  const isLive = kind === 'deployment.succeeded' || kind === 'preview.ready';
  const url = isLive && deployment.url ? URL.parse(deployment.url) : null;
  return url && /^https?:$/.test(url.protocol) ? url : undefined;
}

export function newsOf(event: TowpathEvent): News {
  const { deployment } = event.detail;
  const { tone, icon, say } = TELLINGS[event.kind];
  const { branch, sha, message } = deployment.commit;
  return {
    tone,
    icon,
    headline: `${deployment.app}: deployment ${deployment.number} ${say(event.detail)}`,
    branch,
    commit: [branch, sha.slice(0, SHORT_SHA), subjectOf(message)].filter(Boolean).join(' · '),
    reasons: reasonsOf(event),
    link: linkOf(event),
    time: event.time,
    site: deployment.site,
    deployment: deployment.id,
  };
}
