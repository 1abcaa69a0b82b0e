// Two vectors beside each other, on which a formula is written once. A processor waits for each step of a long chain;
// two chains that alternate keep it busy. Two of Two are four. Lanes never meet, so the bits are those of one vector at
// a time. Part of kernels_impl.hpp.

template <class Vector>
struct Two {
    Vector first, second;
};
template <class Any>
constexpr bool is_two = false;
template <class Vector>
constexpr bool is_two<Two<Vector>> = true;

/// The halves; of what is one for both, itself.
template <class Any>
OPENBOOK_INLINE auto first(Any x) {
    if constexpr (is_two<Any>)
        return x.first;
    else
        return x;
}
template <class Any>
OPENBOOK_INLINE auto second(Any x) {
    if constexpr (is_two<Any>)
        return x.second;
    else
        return x;
}

#define OPENBOOK_ON_TWO(op)                                       \
    template <class A, class B>                                   \
        requires(is_two<A> || is_two<B>)                          \
    OPENBOOK_INLINE auto operator op(A a, B b) {                  \
        return Two{first(a) op first(b), second(a) op second(b)}; \
    }
OPENBOOK_ON_TWO(+)
OPENBOOK_ON_TWO(-)
OPENBOOK_ON_TWO(*)
OPENBOOK_ON_TWO(/)
OPENBOOK_ON_TWO(&)
OPENBOOK_ON_TWO(|)
OPENBOOK_ON_TWO(^)
OPENBOOK_ON_TWO(<<)
OPENBOOK_ON_TWO(>>)
OPENBOOK_ON_TWO(<)
#undef OPENBOOK_ON_TWO

template <class A, class B, class C>
    requires(is_two<A> || is_two<B> || is_two<C>)
OPENBOOK_INLINE auto fused(A a, B b, C c) {
    return Two{fused(first(a), first(b), first(c)), fused(second(a), second(b), second(c))};
}
template <int bit, class Words, class Vector>
OPENBOOK_INLINE Two<Vector> where_bit(Two<Words> x, Two<Vector> a, Two<Vector> b) {
    return {where_bit<bit>(x.first, a.first, b.first), where_bit<bit>(x.second, a.second, b.second)};
}
template <class Vector>
OPENBOOK_INLINE Two<Vector> exponent_of(Two<Vector> x) {
    return {exponent_of(x.first), exponent_of(x.second)};
}
template <class Words>
OPENBOOK_INLINE auto low_half_of(Two<Words> x) {
    return Two{low_half_of(x.first), low_half_of(x.second)};
}
/// The nearest numbers of another kind.
template <class To, class From>
OPENBOOK_INLINE auto converted(From x) {
    if constexpr (is_two<From>)
        return Two{converted<To>(x.first), converted<To>(x.second)};
    else
        return __builtin_convertvector(x, To);
}
/// The same bits read as another kind of number.
template <class To, class From>
OPENBOOK_INLINE auto as(From x) {
    if constexpr (is_two<From>)
        return Two{as<To>(x.first), as<To>(x.second)};
    else
        return (To)x;
}

/// `count` vectors beside each other.
template <class Vector, size_t count>
struct Beside {
    using type = Two<typename Beside<Vector, count / 2>::type>;
};
template <class Vector>
struct Beside<Vector, 1> {
    using type = Vector;
};
template <class Vectors_>
struct Kind {
    using Vectors = Vectors_;
};

/// Lanes from, or to, places that lie one after the other.
template <class Vectors, class Number>
OPENBOOK_INLINE Vectors load_all(const Number* at) {
    if constexpr (is_two<Vectors>) {
        using Half = decltype(Vectors::first);
        return {load_all<Half>(at), load_all<Half>(at + sizeof(Half) / sizeof(Number))};
    } else if constexpr (sizeof(Vectors) == sizeof(Number)) {
        return *at;
    } else {
        return load(at);
    }
}
/// The same vector beside itself.
template <class Vectors, class Vector>
OPENBOOK_INLINE Vectors repeated(Vector x) {
    if constexpr (is_two<Vectors>) {
        const auto half = repeated<decltype(Vectors::first)>(x);
        return {half, half};
    } else {
        return x;
    }
}
template <class Number, class Vectors>
OPENBOOK_INLINE void store_all(Number* at, Vectors x) {
    if constexpr (is_two<Vectors>) {
        store_all(at, x.first);
        store_all(at + sizeof(x.first) / sizeof(Number), x.second);
    } else {
        store(at, x);
    }
}

/// Calls body(Kind<vectors beside each other>, first lane) for all lanes, a multiple of a tile: `most` vectors at a
/// time where so many are left, else a tile's.
template <class Vector, size_t most, class Body>
OPENBOOK_INLINE void in_parts(size_t lanes, Body body) {
    constexpr size_t lanes_of_one = sizeof(Vector) / sizeof(NumberOf<Vector>), in_tile = tile / lanes_of_one;
    size_t i = 0;
    if constexpr (most > in_tile)
        for (; i + most * lanes_of_one <= lanes; i += most * lanes_of_one)
            body(Kind<typename Beside<Vector, most>::type>(), i);
    for (; i < lanes; i += tile) body(Kind<typename Beside<Vector, in_tile>::type>(), i);
}
