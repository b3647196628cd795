/** Of the service, and of its documents. */
export const version = '0.1.0'
