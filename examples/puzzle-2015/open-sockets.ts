/** UDP sockets of this process that are open. */
export function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /^UDP/i.test(kind)).length;
}
