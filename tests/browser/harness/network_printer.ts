import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';

const GROUP = '224.0.0.251';
const PORT = 5353;
const SERVICE = '_pdl-datastream._tcp.local';

/**
 * A printer that announces itself on the network as newer ones do (mDNS), and takes what is sent to its port. It answers every
 * question on every network of this machine, with an address of the machine itself.
 */
export class NetworkPrinter {
  /** What was printed, a piece for each connection. */
  readonly printed: Buffer[] = [];

  private constructor(private readonly announcing: Socket, private readonly taking: Server, readonly port: number) {}

  static async open(says: string): Promise<NetworkPrinter> {
    const taking = createServer();
    await new Promise<void>((ready) => { taking.listen(0, '127.0.0.1', ready); });
    const address = taking.address();
    if (address === null || typeof address === 'string') throw new Error('it listens nowhere');
    const announcing = createSocket({ type: 'udp4', reuseAddr: true });
    await new Promise<void>((ready) => { announcing.bind(PORT, ready); });
    announcing.addMembership(GROUP);
    const printer = new NetworkPrinter(announcing, taking, address.port);
    announcing.on('message', (question, { address: who, port }) => {
      if (question.includes(Buffer.from('_pdl-datastream'))) announcing.send(answer(says, printer.port), port, who);
    });
    taking.on('connection', (socket) => {
      const pieces: Buffer[] = [];
      socket.on('data', (piece) => pieces.push(piece));
      socket.on('end', () => {
        printer.printed.push(Buffer.concat(pieces));
        socket.end();
      });
      socket.on('error', () => {});
    });
    return printer;
  }

  async close(): Promise<void> {
    this.announcing.close();
    await new Promise<void>((closed) => { this.taking.close(() => closed()); });
  }
}

/** A pointer to the service, and beside it where that is and what (RFC 6763). */
function answer(says: string, port: number): Buffer {
  const host = 'impresora.local';
  const instance = `Nueva.${SERVICE}`;
  const place = Buffer.alloc(6);
  place.writeUInt16BE(port, 4);
  const head = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 3]);
  const text = Buffer.from(`ty=${says}`);
  return Buffer.concat([
    head,
    record(SERVICE, 12, name(instance)),
    record(instance, 33, Buffer.concat([place, name(host)])),
    record(instance, 16, Buffer.concat([Buffer.from([text.length]), text])),
    record(host, 1, Buffer.from([127, 0, 0, 1])),
  ]);
}

function record(of: string, kind: number, data: Buffer): Buffer {
  const head = Buffer.from([0, kind, 0x80, 1, 0, 0, 0, 120, 0, data.length]);
  return Buffer.concat([name(of), head, data]);
}

function name(text: string): Buffer {
  return Buffer.concat([...text.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])), Buffer.from([0])]);
}
