/** Freezes a value and all that hangs on it; what is frozen already is taken to be so to its depth. Maps keep their entries open. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const inner of Object.values(value)) deepFreeze(inner)
  return value
}
