import { IsIn, IsString, ValidateBy, type ValidationArguments } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { HASH_ALGORITHMS, HASH_DIGITS } from '../../image/hash-algorithms.js';

@InputType({ description: 'A digest that data will have.' })
export class HashInput {
  @Field({ description: '`sha256`, `sha384` or `sha512`.' })
  @IsIn([...HASH_ALGORITHMS], { message: `must be one of ${HASH_ALGORITHMS.join(', ')}` })
  algorithm: string;

  @Field({ description: 'The digest in hexadecimal digits: 64 of sha256, 96 of sha384, 128 of sha512.' })
  @IsString()
  @HexDigits()
  value: string;
}

/** Checks that the digest has the digits of its algorithm. */
function HexDigits(): PropertyDecorator {
  const digitsOf = (about?: ValidationArguments) => HASH_DIGITS[(about?.object as HashInput).algorithm];
  return ValidateBy({
    name: 'hexDigits',
    validator: {
      validate: (value: unknown, about?: ValidationArguments) => {
        const digits = digitsOf(about);
        return digits === undefined || new RegExp(`^[0-9a-f]{${digits}}$`, 'i').test(String(value));
      },
      defaultMessage: (about?: ValidationArguments) => `must have ${digitsOf(about)} hexadecimal digits`,
    },
  });
}
