import type { ImageDetailQuery } from '../gateway/operations.js';

/** One image, with all that its page shows. */
export type Detail = NonNullable<ImageDetailQuery['image']>;
