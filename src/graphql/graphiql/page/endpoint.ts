export const ENDPOINT = new URL('graphql', document.baseURI);
