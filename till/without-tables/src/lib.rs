//! Fields of 2^n elements for the one crate in the till that asks for `g2p`: the reader of QR codes. The crate of that name
//! multiplies by tables. That of the field of 256 elements is 64 KB which no compression shortens, almost a quarter of what
//! the till would weigh. This multiplies bit by bit, which a code's few thousand products do not feel.

use core::ops::{Add, AddAssign, Div, Mul, MulAssign};

/// What a reader of codes does with the elements of a field.
pub trait GaloisField:
    Add<Output = Self> + AddAssign + Mul<Output = Self> + MulAssign + Div<Output = Self> + Copy + PartialEq
{
    /// How many elements there are.
    const SIZE: usize;
    /// The element that changes no sum.
    const ZERO: Self;
    /// The element that changes no product.
    const ONE: Self;
    /// Its powers are all elements but zero.
    const GENERATOR: Self;

    /// The element times itself, `power` times.
    fn pow(self, power: usize) -> Self {
        let (mut product, mut square, mut rest) = (Self::ONE, self, power);
        while rest > 0 {
            if rest % 2 == 1 {
                product *= square;
            }
            square *= square;
            rest /= 2;
        }
        product
    }
}

/// Makes a type of the elements of a field: its name, how many bits an element has (8 at most), and the polynomial that
/// products are reduced by, of which `x` must be a generator.
#[macro_export]
macro_rules! g2p {
    ($name:ident, $bits:literal, modulus: $modulus:literal) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name(pub u8);

        impl $crate::GaloisField for $name {
            const SIZE: usize = 1 << $bits;
            const ZERO: Self = $name(0);
            const ONE: Self = $name(1);
            const GENERATOR: Self = $name(2);
        }

        impl ::core::ops::Add for $name {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                $name(self.0 ^ other.0)
            }
        }

        impl ::core::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl ::core::ops::Mul for $name {
            type Output = Self;

            fn mul(self, other: Self) -> Self {
                let product = (0..$bits).rev().fold(0_u16, |product, bit| {
                    let doubled = product << 1;
                    let reduced = if doubled >> $bits == 0 {
                        doubled
                    } else {
                        doubled ^ $modulus
                    };
                    if other.0 >> bit & 1 == 0 {
                        reduced
                    } else {
                        reduced ^ u16::from(self.0)
                    }
                });
                $name(product as u8)
            }
        }

        impl ::core::ops::MulAssign for $name {
            fn mul_assign(&mut self, other: Self) {
                *self = *self * other;
            }
        }

        impl ::core::ops::Div for $name {
            type Output = Self;

            /// The inverse is a power; that of zero, which has none, is zero.
            fn div(self, other: Self) -> Self {
                self * $crate::GaloisField::pow(other, (1 << $bits) - 2)
            }
        }
    };
}
