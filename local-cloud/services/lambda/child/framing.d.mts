export function frame(header: object, body?: Uint8Array): Buffer;
export function frameReader<Header>(onFrame: (header: Header, body: Buffer) => void): (chunk: Buffer) => void;
