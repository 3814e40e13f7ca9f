import { Image } from './image.js';
import { ImageLocation } from './image-location.js';
import { ImageMember } from './image-member.js';
import { ImageProperty } from './image-property.js';
import { ImageTag } from './image-tag.js';

/** The entities of all tables of Glance that the gateway reads or writes. */
export const entities = [Image, ImageProperty, ImageMember, ImageLocation, ImageTag];
