/** Calls that go through one door together. */
export type DoorGroup<C, Door> = { calls: C[]; door: Door }

/**
 * The first call of each given person, in their order, in groups of at most `callsMax` for each door: calls of one
 * person never share a group. Those that `doorOf` knows no door for are left out.
 */
export function calculateDoorGroups<C, Door extends object>(
  queues: readonly (readonly C[])[],
  doorOf: (call: C) => Door | undefined,
  callsMax: number,
): DoorGroup<C, Door>[] {
  const open = new Map<Door, DoorGroup<C, Door>>()
  const groups: DoorGroup<C, Door>[] = []
  for (const [call] of queues) {
    const door = call && doorOf(call)
    if (!door) continue
    const group = open.get(door)
    if (group && group.calls.length < callsMax) {
      group.calls.push(call)
    } else {
      const begun = { calls: [call], door }
      open.set(door, begun)
      groups.push(begun)
    }
  }
  return groups
}
