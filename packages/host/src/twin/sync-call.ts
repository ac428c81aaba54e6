import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/**
 * A call from a thread to another one that the caller waits for without giving up control: a simulated world asks a role that lives in
 * another process as if it were a function. The other side answers from its event loop.
 */
export interface CallLine {
  readonly port: MessagePort;
  /** One number, which grows with every answer. */
  readonly answered: SharedArrayBuffer;
}

/** The caller's end; blocks its thread. */
export function callOver<Request, Reply>({ port, answered }: CallLine): (request: Request) => Reply {
  const count = new Int32Array(answered);
  return (request) => {
    const before = Atomics.load(count, 0);
    port.postMessage(request);
    Atomics.wait(count, 0, before);
    return receiveMessageOnPort(port)?.message as Reply;
  };
}

/** The end that answers. Where no answer comes, the caller waits until its thread is ended. */
export function answerOver<Request, Reply>({ port, answered }: CallLine, answer: (request: Request) => Promise<Reply>): void {
  const count = new Int32Array(answered);
  port.on('message', async (request: Request) => {
    const reply = await answer(request);
    port.postMessage(reply);
    Atomics.add(count, 0, 1);
    Atomics.notify(count, 0);
  });
}
