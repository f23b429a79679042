/** Every limit of the product, by name, with its unit in the name. */
export const LIMITS = {
  /** Tracking API (pipeline §1.5). */
  trackingEventBytesMax: 32_768,
  trackingBatchBytesMax: 512_000,
  trackingBatchEventsMax: 2_500,
  trackingMessageIdLengthMax: 99,
  trackingPropertiesMax: 10_000,
  trackingDepthMax: 64,
  trackingCallsPerSecondMax: 100_000,
  trackingQueuedEventsMax: 100_000,
  ingestBatchEventsMax: 200,
  ingestBatchesInFlightMax: 3,
  rejectedBodyCharsMax: 4_096,

  /** The log and its readers. */
  logPartitions: 8,
  logReadEventsMax: 500,
  /** How long a process that died holds its partitions; one that lives says so every `logReportMs`. */
  logLeaseMs: 6_000,
  logReportMs: 1_500,
  /** Calls may be appended this much out of the order in which they were received. */
  receivedOrderSlackMs: 60_000,
  deduplicationWindowMs: 24 * 3_600_000,
  logRetentionMs: 30 * 24 * 3_600_000,
  /** How far back one page of a filtered list of events looks. */
  logPositionsSearchedMax: 100_000,
  searchTextLengthMax: 256,
  /** Among how many of a source's last events a preview looks for one to be tried with (pipeline §7.6.1). */
  sampleEventsMax: 500,
  /** On how many of them matches of a trigger are counted. */
  matchCountEventsMax: 10_000,

  /** Destinations and deliveries (pipeline §6, §7.4). */
  destinationsPerDefinitionMax: 25,
  mappingsPerDestinationMax: 50,
  /** Filters of a destination (pipeline §2.3 rule 3). */
  filtersPerDestinationMax: 10,
  filterTitleLengthMax: 64,
  filterBytesMax: 5_120,
  filterDepthMax: 64,
  filterPatternLengthMax: 256,
  /** Names of fields in one action. */
  filterFieldsMax: 1_000,
  deliveryConcurrencyPerDestination: 32,
  deliveryConcurrencyMax: 64,
  deliveryTimeoutMs: 10_000,
  /** How long all requests of one attempt of an installed definition may take: less than a lease lasts. */
  foreignAttemptMsMax: 25_000,
  foreignRedirectsMax: 5,
  /** Of one batch (pipeline §6.3.4). */
  deliveryBatchCallsMax: 1_000,
  deliveryBatchBytesMax: 4_000_000,
  deliveryRetryFirstMs: 10_000,
  deliveryRetryMs: 20 * 60_000,
  deliveryWindowMs: 4 * 3_600_000,
  deliveryRetryBatchMax: 200,
  /** How long a row of the retry queue belongs to whoever sends it. */
  deliveryLeaseMs: 30_000,
  deliveryRetentionMs: 30 * 24 * 3_600_000,
  /** Event Delivery (pipeline §7.5). */
  eventDeliveryRangeMs: 14 * 24 * 3_600_000,
  eventDeliveryRowsMax: 1_500,
  eventDeliveryReasonsMax: 50,
  eventDeliverySamplesMax: 10,
  responseBytesMax: 1_048_576,
  storedResponseCharsMax: 4_096,
  requestIdCharsMax: 200,
  /** Of a replay: deliveries that are queued at once, and positions of the log that are looked through at once. */
  replayBatchMax: 1_000,
  /** How long whoever asks for a replay waits for it to be queued. */
  replayPatienceMs: 1_000,
  /** How many destinations of a source the trace of an event shows. */
  tracedDestinationsMax: 50,
  /** How many of the events that came back. */
  tracedEventsMax: 100,
  replayPerSecondMax: 1_000,

  /** Engine API (engine-core §2). */
  engineBodyBytesMax: 10_485_760,
  activitiesOfRequestMax: 1_000,
  engineCallsPerMinuteMax: 6_000_000,
  /** Of wire A, unless the configuration says how many. */
  segmentCallsPerDayMax: 6_000_000 * 24 * 60,
  listLimitMax: 100,
  listLimitDefault: 10,
  listPageMax: 1_000,
  /** Qualifications (engine-core §20): entries of an answer, and candidates looked at for one. */
  qualificationsDefault: 5,
  qualificationsMax: 50,
  qualificationCandidatesMax: 5_000,
  qualificationChunk: 250,
  /** Simulations: rules of one draft, segments of an imagined customer. */
  simulatedRulesMax: 10,
  simulatedSegmentsMax: 1_000,
  /** Of the older endpoint that lists promotions (engine-core §21). */
  promotionsValidatedMax: 150,
  /** How long a session may reserve something: 366 days. */
  sessionTtlMsMax: 366 * 24 * 3_600_000,
  redeemablesPerRequestMax: 30,
  tiersPerStackMax: 30,
  tiersPerRequestMax: 100,
  /** Of a loyalty tier: earning rules, or rewards, that it changes. */
  mappingsPerTierMax: 1_000,
  /** Cards whose tiers are looked at together. */
  tieredCardsPerStep: 500,
  earningRulesPerProjectMax: 100,
  pendingDaysMax: 90,
  rewardsPerRequestMax: 100,
  /** Referees that one request adds to a referral code. */
  holdersPerRequestMax: 100,
  /** Codes that one request asks for; more are asked for by more requests. */
  generatedVouchersMax: 10_000_000,
  /** Codes that one transaction makes. */
  generatedVouchersPerStep: 2_500,
  /** Codes of a campaign that one transaction changes or deletes. */
  changedVouchersPerStep: 1_000,
  applicableRedeemablesMax: 5,
  orderItemsMax: 500,
  /** How long making an export may take; then somebody else may. */
  exportLeaseMs: 10 * 60_000,
  exportAttemptsMax: 3,
  exportFieldsMax: 100,
  exportPageRows: 1_000,
  /** Of one import (R-ORD-09). */
  orderImportMax: 2_000,
  engineBatchItemsMax: 64,
  engineBatchesInFlightMax: 2,
  collectionsPerProjectMax: 100,
  locationRingsMax: 100,
  locationPointsMax: 5_000,
  /** Of those that list them one by one. */
  collectionItemsMax: 10_000,
  idempotencyWindowMs: 24 * 3_600_000,
  idempotencyKeyLengthMax: 255,
  rollbackWindowMs: 90 * 24 * 3_600_000,
  codeGenerationAttemptsMax: 20,
  codeLengthMax: 255,
  publicationVouchersMax: 1,
  campaignPublicationsMax: 50,
  customEventNameLengthMax: 300,
  /** What is looked up by an index must fit into one, four bytes a character. */
  indexedTextLengthMax: 512,
  textLengthMax: 10_000,
  ruleConditionsMax: 100,
  ruleValuesMax: 1_000,
  ruleLogicLengthMax: 1_000,
  compiledRulesMax: 10_000,

  /** Work that goes on after its request was answered (engine-core §6). */
  asyncActionLeaseMs: 30_000,
  /** How long a worker keeps to one action before others have their turn. */
  asyncActionTurnMs: 1_000,
  asyncActionRetryMs: 1_000,
  asyncActionAttemptsMax: 5,
  /** Items of an import or a bulk change that one transaction works on. */
  asyncActionItemsPerStep: 1_000,
  /** Items of one import or bulk change (engine-core §4.6). */
  asyncActionItemsMax: 100_000,
  /** Vouchers that one request switches on or off at once. */
  bulkVouchersMax: 1_000,
  /** Items that failed, of which the result tells why. */
  asyncActionFailuresKept: 1_000,
  /** How long the report of a change in bulk is kept. */
  asyncActionReportMs: 30 * 24 * 3_600_000,

  /** Voucherify source, wire B (engine-programs §17.4-17.5). */
  sourceBatchEventsMax: 15,
  sourceBatchBytesMax: 480_000,
  sourceEventBytesMax: 32_000,
  sourceBatchesInFlightMax: 8,
  sourceConnectionsInFlightMax: 8,
  sourceLeaseMs: 15_000,
  sourceRetryFirstMs: 500,
  sourceRetryMs: 60_000,
  sourceRetryAfterMs: 300_000,
  sourceDroppedRetentionMs: 30 * 24 * 3_600_000,

  /** What programs do about things that happened. */
  effectBatchMax: 500,
  /** The same where distributions may give each of them a code, one by one, while the campaign is locked. */
  effectBatchWithCodesMax: 50,
  /** Each holds a connection for a while; the others are for requests. */
  effectProjectsInFlightMax: 2,
  effectProjectsDueMax: 64,
  /** How long one transaction goes on to begin with more of them. */
  effectTurnMs: 500,
  /** How often effect may follow from effect: a segment, points, a tier, points again. */
  effectDepthMax: 8,
  effectFailureRetentionMs: 30 * 24 * 3_600_000,

  /** What a day begins with (engine-programs §8.8). */
  nightlyPollMs: 5_000,
  nightlyProjectsMax: 100,
  /** Lots that expire, or entries that become points, in one transaction. */
  nightlyPointsPerPart: 500,
  /** Of the cards of these, so many lots expire with them. */
  nightlyLotsPerPart: 2_000,
  /** What waits for its effects and is looked at for rewards that are redeemed by themselves, in one transaction. */
  nightlyAutoRedeemsPerPart: 100,
  /** What referrals are worth and could not be given, that is tried again in one transaction. */
  owedAwardsPerPart: 100,
  nightlyAttemptsMax: 5,
  /** Cards that a step of a night may fail at before it is left for the next. */
  nightlyFailuresMax: 100,

  /** Webhooks (engine-programs §12). */
  webhooksPerProjectMax: 50,
  webhookEndpointsInFlightMax: 32,
  webhookMessagesInFlightMax: 8,
  webhookLeaseMs: 20_000,
  /** How long an endpoint that takes nothing is left alone. */
  webhookPauseFirstMs: 1_000,
  webhookPauseMs: 30_000,
  webhookRetryAfterMs: 24 * 3_600_000,
  webhookRetentionMs: 30 * 24 * 3_600_000,
  webhookReplayMax: 10_000,
  /** How long the secret before the last rotation still signs. */
  webhookOldSecretMs: 24 * 3_600_000,

  /** Distributions (engine-programs §12.2). */
  distributionsPerProjectMax: 50,
  /** How long what is sent by hand can still be called back. */
  distributionDelayMs: 10 * 60_000,
  /** Customers that one step of what is sent by hand looks at. */
  distributionCustomersPerStep: 500,
  /** Messages of a distribution to one customer, unless it says otherwise. */
  distributionMessagesPerDay: 10,
  distributionMessagesPerMonth: 100,
  distributionHeadersMax: 20,
  /** Placeholders of one body, because each can stand for a whole customer; and characters of what comes of it. */
  distributionPlaceholdersMax: 100,
  distributionMessageCharsMax: 1_000_000,

  /** Consents and groups of consents: all are listed at once. */
  consentsPerProjectMax: 200,

  /** Client-side API and OAuth (engine-core §1). */
  clientCallsMax: 5,
  clientWindowMs: 5_000,
  trustedDomainsMax: 100,
  oauthTokensMax: 1_000,
  oauthTokenMs: 900_000,

  /** Management API. */
  managementBodyBytesMax: 1_048_576,
  managementCallsPerMinuteMax: 60_000,
  managementListLimitDefault: 20,
  nameLengthMax: 255,
  /** Key pairs that manage all projects (engine-core §1.1); the oldest make room. */
  managementKeysMax: 5,
  /** Application, integration and client keys of one project, each kind by itself. */
  keysPerProjectMax: 100,
  notifiedAddressesMax: 100,
  /** Rows of a deleted project that one transaction deletes. */
  deletedProjectRowsPerStep: 5_000,

  /** Segments (engine-programs §5, §15.5). */
  staticSegmentCustomersMax: 20_000,
  dynamicSegmentsPerProjectMax: 100,
  segmentFilterCharsMax: 50_000,
  /** Customers that one step of a walk looks at. */
  segmentWalkCustomersMax: 1_000,
  /** Ids of customers that one statement reads of a list, when it is gone through for members of a segment. */
  customerIdsPerPartMax: 64_000,
  /** How long a walk that failed waits. */
  segmentWalkRetryMs: 60_000,
  /** Occurrences that one statement looks through for a customer who is to be forgotten. */
  occurrencesPerLook: 5_000,
  /** After which they are looked through once more; no transaction takes that long. */
  forgetAgainAfterMs: 600_000,

  /** Metadata schemas (engine-programs §4); M-6, removed definitions included. */
  metadataDefinitionsMax: 100,
  /** Of a project, those of nested objects included. */
  metadataSchemasPerProjectMax: 200,
  /** How old what a process knows of schemas that another process changed may be. */
  metadataSchemasAgeMs: 2_000,
  /** Of how many projects a process knows the schemas. */
  metadataSchemasKept: 10_000,
  /** Violations that one refusal tells. */
  metadataViolationsTold: 100,
  /** Events of a project that get a schema by occurring; more are defined by the management API. */
  registeredEventsPerProjectMax: 1_000,
  /** Events of a project that somebody defined. */
  definedEventsPerProjectMax: 1_000,
  /** Objects that a purge of a metadata key looks at in one transaction. */
  purgedObjectsPerStep: 1_000,

  /** Background work. */
  idlePollMs: 200,
  sweepEveryMs: 60_000,
  sweepRowsMax: 5_000,
  credentialCacheMs: 5_000,
  credentialCacheEntriesMax: 10_000,
  shutdownMs: 15_000,
} as const
