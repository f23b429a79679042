import type { Json, JsonObject } from '../../kernel/json.ts'
import type { HttpRequest, Send } from '../../platform/http/index.ts'
import { defaultValues, type FieldDefinition, type FieldDefinitions } from '../fields/index.ts'

/** The calls of the Segment spec, as destinations name those they take. */
type SupportedCall = 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias'

/** The settings of an instance as they are used: opened, by the keys of the definition. */
export type Settings = Readonly<Record<string, Json>>

/**
 * Why no request can be made, in a sentence; such a call is discarded: the settings do not allow one (§6.2.1,
 * A-14), or the payload does not, beyond what its fields can check.
 */
export type RefusedRequest = { reason: 'INVALID_SETTINGS' | 'MESSAGE_REJECTED'; message: string }

/** The request that a payload becomes, or why none can be made. */
export type RequestDecision = HttpRequest | RefusedRequest

type ActionFace = {
  title: string
  description: string
  /** The trigger that a mapping made by hand starts with. */
  defaultTrigger: string
  fields: FieldDefinitions
}

/** An action that is one request, known beforehand: what it will send can be shown without sending it. */
export type RequestAction = ActionFace & {
  /** The request for a payload that passed the check of `fields`. Pure, and reads `settings` of any shape. */
  toRequest: (payload: JsonObject, settings: Settings) => RequestDecision
  /**
   * One request for several payloads, whose answer holds for each of them. A mapping asks for it with
   * `enable_batching` (§6.3); payloads that differ in what its `batch_keys` name never come together.
   */
  toBatchRequest?: (payloads: readonly JsonObject[], settings: Settings) => RequestDecision
}

/** A call as an action gets it that sends by itself. */
export type PerformedCall = {
  payload: JsonObject
  /** The event it came of; of a later attempt undefined when the log no longer has it. */
  event: JsonObject | undefined
}

/** What an action that sends by itself works with. */
export type Performance = {
  /** Sends one request; throws `NetworkError` when no answer came. */
  send: Send
  settings: Settings
  /** The mapping as it is stored. */
  mapping: MappingJson
  /** Keeps changed settings, such as a token that was renewed, for all later calls. */
  saveSettings(changes: Settings): Promise<void>
}

/** What came of a call that an action sent by itself. */
export type Performed =
  /** The destination answered, or it is known what its answer amounts to (§6.6); 2xx is delivered. */
  | {
      kind: 'answer'
      status: number
      message: string
      body?: string | undefined
      retryAfter?: string | undefined
      /** By what the other side finds the call. */
      requestId?: string | undefined
    }
  /** No answer came; `code` is that of a `NetworkError`. */
  | { kind: 'no-answer'; code: string; message: string }
  /** Nothing was sent, and no later attempt would send it. */
  | ({ kind: 'refused' } & RefusedRequest)

/** An action whose requests follow from each other's answers. What it throws counts as a fault of its own. */
export type PerformAction = ActionFace & {
  perform: (call: PerformedCall, performance: Performance) => Promise<Performed>
  /** Several calls at once, as `toBatchRequest`; says what came of each of them, in their order (§6.3.5). */
  performBatch?: (
    calls: readonly PerformedCall[],
    performance: Performance,
  ) => Promise<readonly Performed[]>
}

/** One thing that a destination can be made to do (§6.1). */
export type ActionDefinition = RequestAction | PerformAction

/** What is made of a call: for each field of an action a value or a directive (§3). */
export type MappingJson = { [field: string]: Json }

/**
 * A mapping ready-made by the definition; Quick Setup copies all of them (§6.9.1). One that lacks a required
 * value, which only its owner can know, is copied disabled.
 */
export type Preset = {
  name: string
  /** The key of the action. */
  action: string
  trigger: string
  mapping: MappingJson
}

/** What the answer to a test request says about the settings. */
export type TestVerdict = 'works' | 'wrong_credentials' | 'wrong_address'

/** A kind of destination: all that is known about it before anybody sets one up. */
export type DestinationDefinition = {
  /** Names it in URLs and in the database, so it is never changed. */
  slug: string
  /** What people read, and the key in the Integrations object of calls (§2.1.5). */
  name: string
  description: string
  mode: 'cloud'
  supportedCalls: readonly SupportedCall[]
  settings: FieldDefinitions
  /** What is wrong with settings that passed the check of their fields; undefined when nothing is. */
  checkSettings?(settings: Settings): string | undefined
  /** What is probably not meant in settings that are valid. */
  settingsHint?(settings: Settings): string | undefined
  /**
   * The request whose answer tells whether the settings work; without it there is nothing to test. It must do
   * nothing on the other side that anybody would have to undo.
   */
  toTestRequest?(settings: Settings): RequestDecision
  /**
   * What the status of the answer to the test request says; undefined leaves it to the common rule: 2xx works,
   * 401 and 403 mean wrong credentials, any other a wrong address.
   */
  readTestAnswer?(status: number, settings: Settings): TestVerdict | undefined
  /**
   * Finds out by itself whether the settings work, in place of `toTestRequest`: what came of it, or undefined
   * when there is nothing to test.
   */
  testAuthentication?(send: Send, settings: Settings): Promise<Performed | undefined>
  /** By their keys, which stored mappings name: a key is never changed. */
  actions: Readonly<Record<string, ActionDefinition>>
  presets: readonly Preset[]
}

type ValueOf<Field extends FieldDefinition> = Field['type'] extends 'number' | 'integer'
  ? number
  : Field['type'] extends 'boolean'
    ? boolean
    : string

type RequiredKeys<Fields extends FieldDefinitions> = {
  [Key in keyof Fields]: Fields[Key]['required'] extends true ? Key : never
}[keyof Fields]

/** The settings that fit `Fields`, as a type. */
export type SettingsOf<Fields extends FieldDefinitions> = {
  readonly [Key in RequiredKeys<Fields>]: ValueOf<Fields[Key]>
} & { readonly [Key in Exclude<keyof Fields, RequiredKeys<Fields>>]?: ValueOf<Fields[Key]> }

/** The mapping that a new mapping of `action` starts with (§6.9.3). */
export const defaultMapping = ({ fields }: ActionDefinition): MappingJson =>
  defaultValues(fields) as MappingJson

/** The action of `definition` under `key`; undefined when it has none. */
export const findAction = (
  definition: DestinationDefinition,
  key: string,
): ActionDefinition | undefined =>
  Object.hasOwn(definition.actions, key) ? definition.actions[key] : undefined
