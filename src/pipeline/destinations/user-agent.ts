/** What requests of destinations say they come from (§6.4). */
export const USER_AGENT = 'Promoloop (Actions)'
