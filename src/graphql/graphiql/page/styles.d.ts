/** Style sheets go into the page's own one. */
declare module '*.css';
