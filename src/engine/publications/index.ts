/**
 * Publications: giving a voucher to a customer, who holds it from then on.
 * Start at publish.ts (load, decide, save); the rules are in decide-publication.ts and touch no IO.
 */
export { answerPublication, publicationRoutes } from './publication.routes.ts'
export { PUBLICATION_BODY, parsePublication } from './publication.schema.ts'
export { PUBLICATION_LIST_QUERY } from './publication-list.repo.ts'
export { publish } from './publish.ts'
export { type Settled, settlePublication } from './settle.ts'
export { openSource, type Source } from './take-vouchers.ts'
