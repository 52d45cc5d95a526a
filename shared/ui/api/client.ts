/** Requests to the box: one deadline, problems as values, commands with an idempotency key. */

export interface Problem {
  code: string;
  /** In the words staff read, as the box says them. */
  message: string;
  status: number;
  errors: { field: string; code: string; detail: string }[];
  current?: unknown;
  /** Seconds after which it is worth trying again. */
  retryAfter?: number;
}

/** What came of a request: an answer, a refusal by the box, or no answer at all (it may have happened). */
export type Outcome<T> =
  | { kind: 'ok'; value: T; sequence: number | null; replayed: boolean }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'unreachable' };

export interface Send { method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'; body?: unknown; key?: string; version?: number; signal?: AbortSignal }

const DEADLINE_MS = 8_000;

let tellSessionEnded: () => void = () => {};

/** Calls when the box says of any request that nobody is logged in any more. */
export function onSessionEnded(tell: () => void): void {
  tellSessionEnded = tell;
}

export async function request<T>(path: string, send: Send = {}): Promise<Outcome<T>> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (send.body !== undefined) headers['content-type'] = 'application/json';
  if (send.key !== undefined) headers['idempotency-key'] = send.key;
  if (send.version !== undefined) headers['if-match'] = `"${send.version}"`;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
  send.signal?.addEventListener('abort', () => deadline.abort());
  try {
    const response = await fetch(`/api/v1/${path}`, {
      method: send.method ?? (send.body === undefined ? 'GET' : 'POST'),
      headers,
      credentials: 'same-origin',
      signal: deadline.signal,
      ...(send.body === undefined ? {} : { body: JSON.stringify(send.body) }),
    });
    return await read<T>(response);
  } catch {
    return { kind: 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
}

async function read<T>(response: Response): Promise<Outcome<T>> {
  const text = await response.text();
  const body: unknown = text === '' ? null : JSON.parse(text);
  if (response.ok) {
    const sequence = response.headers.get('comanda-sequence');
    return {
      kind: 'ok',
      value: body as T,
      sequence: sequence === null ? null : Number(sequence),
      replayed: response.headers.get('idempotency-replayed') === 'true',
    };
  }
  const refused = problem(response, body);
  if (refused.code.startsWith('credentials.')) tellSessionEnded();
  return { kind: 'refused', problem: refused };
}

function problem(response: Response, body: unknown): Problem {
  const said = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>;
  const retryAfter = Number(response.headers.get('retry-after') ?? NaN);
  return {
    code: said.code ?? 'internal',
    message: said.message ?? '',
    status: response.status,
    errors: said.errors ?? [],
    ...(said.current === undefined ? {} : { current: said.current }),
    ...(Number.isNaN(retryAfter) ? {} : { retryAfter }),
  };
}

/** A UUIDv7: `crypto.randomUUID` does not exist on plain http. */
export function newKey(now = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(now / 2 ** (8 * (5 - index))) & 0xff;
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
