/**
 * The frames of the live channel as they travel: text frames of JSON, one object each, told apart by `type`.
 *
 * What comes from the box is checked only as far as this client relies on it; views stay `unknown` and are the
 * business of whoever shows them. A frame of a type that is not known here is passed over, so that a newer box may
 * say more than an older page understands.
 */
import type { components } from '../api/schema';
import type { LiveView } from './live.ts';

export interface Hello {
  type: 'hello';
  screen: string;
  scopes: string[];
  journal_id: string | null;
  /** Everything up to here was applied; null asks for a snapshot. */
  last_sequence: number | null;
  ui_version: string;
}

type Told = components['schemas']['LiveMessage'];

export type Welcome = Extract<Told, { type: 'welcome' }>;
export interface Snapshot { type: 'snapshot'; sequence: number; scopes: string[]; views: LiveView[] }
export interface Message extends LiveView { type: 'message'; sequence: number; prev: number }
export type Beat = Extract<Told, { type: 'beat' }>;

export type ServerFrame = Welcome | Snapshot | Message | Beat;

/** Why the box closes a connection. */
export const CLOSED_SESSION = 4401;
export const CLOSED_FORBIDDEN = 4403;

/** The frame, or null when it is none this client knows. */
export function frameOf(text: string): ServerFrame | null {
  const read = parsed(text);
  if (typeof read !== 'object' || read === null) return null;
  const frame = read as Record<string, unknown>;
  if (typeof frame.sequence !== 'number') return null;
  switch (frame.type) {
    case 'welcome':
      return typeof frame.journal_id === 'string' ? (read as Welcome) : null;
    case 'snapshot':
      return Array.isArray(frame.views) && Array.isArray(frame.scopes) ? (read as Snapshot) : null;
    case 'message':
      return typeof frame.prev === 'number' && typeof frame.scope === 'string' ? (read as Message) : null;
    case 'beat':
      return typeof frame.last === 'object' && frame.last !== null ? (read as Beat) : null;
    default:
      return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
