const LOOPBACK = /^(127(\.\d+){3}|\[::1\]|localhost)(?=:|$)/;

/** Next calls every loopback address `localhost`. @param host with or without a port */
export const hostForNext = (host: string): string => host.replace(LOOPBACK, 'localhost');
