/**
 * Publications: giving a voucher to a customer, who holds it from then on.
 * Start at publish.ts (load, decide, save); the rules are in decide-publication.ts and touch no IO.
 */
export { answerPublication, publicationRoutes } from './publication.routes.ts'
export { PUBLICATION_BODY } from './publication.schema.ts'
export { PUBLICATION_LIST_QUERY } from './publication-list.repo.ts'
