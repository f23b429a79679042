import { MASK, type Vault, VaultError } from '../../platform/secrets.ts'
import type { DestinationDefinition, Settings } from './definition.ts'

/** Settings as the database holds them: those of type password are sealed. */
export type SealedSettings = Settings & { readonly __brand: 'sealed' }

export { MASK }

type Definition = Pick<DestinationDefinition, 'settings'>

/** Whether a setting is never shown again. */
export const isSecret = ({ settings }: Definition, key: string): boolean =>
  settings[key]?.type === 'password'

/** The values of opened settings that are never shown again. */
export const secretsOf = (definition: Definition, settings: Settings): string[] =>
  Object.entries(settings).flatMap(([key, value]) =>
    isSecret(definition, key) && typeof value === 'string' ? [value] : [],
  )

export const sealSettings = (
  definition: Definition,
  settings: Settings,
  vault: Vault,
): SealedSettings =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      isSecret(definition, key) ? vault.seal(String(value)) : value,
    ]),
  ) as SealedSettings

/**
 * The settings as they are used. A secret that was sealed under another key is null: one that is required is
 * then found missing, one that is optional is known to be set, and no other destination is held up.
 */
export const openSettings = (
  definition: Definition,
  sealed: SealedSettings,
  vault: Vault,
): Settings =>
  Object.fromEntries(
    entriesOf(sealed).map(([key, value]) => [
      key,
      isSecret(definition, key) ? tryToOpen(vault, String(value)) : value,
    ]),
  )

function tryToOpen(vault: Vault, sealed: string): string | null {
  try {
    return vault.open(sealed)
  } catch (error) {
    if (error instanceof VaultError) return null
    throw error
  }
}

/** The settings as they are shown: a secret only says that it is set. */
export const maskSettings = (definition: Definition, sealed: SealedSettings): Settings =>
  Object.fromEntries(
    entriesOf(sealed).map(([key, value]) => [key, isSecret(definition, key) ? MASK : value]),
  )

/**
 * `current` with the changes that a caller sent: null removes a setting, and a secret that comes back as its
 * mask stays what it is, so that a form may return what it was shown.
 */
export function mergeSettings(
  definition: Definition,
  current: Settings,
  changes: Settings,
): Settings {
  const wanted = Object.entries(changes).filter(
    ([key, value]) => !(isSecret(definition, key) && value === MASK),
  )
  const merged = { ...current, ...Object.fromEntries(wanted) }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
}

const entriesOf = (sealed: SealedSettings): [string, Settings[string]][] => Object.entries(sealed)
