export function sourcesHash(): string;
export function notedHash(): string;
export const STALE: string;
