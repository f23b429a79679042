import type { Json, JsonObject } from '../../../kernel/json.ts'

/**
 * The parts of `@segment/action-destinations` that are used here, as they are declared there. Nothing of it is
 * imported: the package is there only when the operator installed it.
 */
export type ForeignField = {
  label?: string
  description?: string
  type?: string
  required?: unknown
  properties?: ForeignFields
  choices?: unknown
  [other: string]: unknown
}

export type ForeignFields = Readonly<Record<string, ForeignField>>

/** What a request is made with, by a definition (`extendRequest`) and by one call of the client (§6.4). */
export type RequestOptions = {
  method?: string
  headers?: HeadersLike
  json?: unknown
  body?: unknown
  searchParams?: unknown
  username?: string
  password?: string
  timeout?: number | false
  throwHttpErrors?: boolean
}

type HeadersLike = Readonly<Record<string, unknown>> | Headers

/** An answer as foreign code reads it: that of `fetch` with the body read already. */
export type ForeignResponse = Response & { content: string; data: unknown }

/** The client that foreign code is given. */
export type RequestClient = (url: string, options?: RequestOptions) => Promise<ForeignResponse>

/** OAuth tokens under the names that foreign code has for them. */
export type ForeignTokens = {
  accessToken?: string | undefined
  refreshToken?: string | undefined
  clientId?: string | undefined
  clientSecret?: string | undefined
}

/** What foreign functions get besides the client (§6.2). */
export type Bundle = { settings: JsonObject; auth: ForeignTokens; payload?: unknown } & Record<
  string,
  unknown
>

type ForeignFunction = (request: RequestClient, bundle: Bundle) => unknown

export type ForeignAction = {
  title?: string
  description?: string
  platform?: string
  defaultSubscription?: string
  fields?: ForeignFields
  hooks?: Record<string, unknown>
  syncMode?: {
    label?: string
    description?: string
    default?: string
    choices?: readonly { label: string; value: string }[]
  }
  perform: ForeignFunction
  performBatch?: ForeignFunction
}

export type ForeignPreset = {
  name: string
  type?: string
  subscribe?: string
  partnerAction: string
  mapping?: Json
}

export type ForeignDefinition = {
  name: string
  slug: string
  mode: string
  description?: string
  authentication?: {
    scheme?: string
    fields?: ForeignFields
    testAuthentication?: ForeignFunction
    refreshAccessToken?: ForeignFunction
  }
  extendRequest?: (bundle: Bundle) => RequestOptions | undefined
  audienceConfig?: unknown
  actions: Readonly<Record<string, ForeignAction>>
  presets?: readonly ForeignPreset[]
}

/** A result of one call of a batch. */
export type ForeignNode = { value(): unknown }

type Constructor<Made, Arguments extends unknown[]> = new (...args: Arguments) => Made

/**
 * The parts of `@segment/actions-core` that are used here. Foreign code compares with these very classes, so
 * requests, answers and errors are made of them.
 */
export type ForeignCore = {
  Headers: typeof Headers
  Request: Constructor<Request, [string, RequestInit]>
  Response: Constructor<Response, [string | null, ResponseInit & { url?: string }]>
  HTTPError: Constructor<Error & { response: ForeignResponse }, [Response, Request, RequestOptions]>
  MultiStatusResponse: Constructor<{ getResponseAtIndex(index: number): unknown }, []>
  resolveAudienceMembership(event: JsonObject, syncMode: string | undefined): boolean | undefined
}

/** A definition together with the classes that its code compares with. */
export type Foreign = { core: ForeignCore; definition: ForeignDefinition }
