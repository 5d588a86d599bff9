"""The arithmetic of the front end as machine code; number for number what kernels_plain computes.

Most of the time goes into the FFT, so its numbers are kept as it is cheapest to take them up again. KISS FFT divides
each number x by 4 before a stage, (x * 8191 + 16384) >> 15: here (x + 49152) * 16382 is written as 32 bits, of which
the upper 16 are that quotient + 12286, and a load of 16 bits is all that is left to do. Products are shifted down by
15 in the same way: written doubled, read from the upper half. (The last stage: by 2, 32766, + 24574.)

What decides the shape of everything else: pointers load unsigned on 64 bits and signed on 32; literals stay below
2 ** 30; no constant index is above 255 (mpy-cross for Xtensa gets those wrong); the first two arguments live in
registers, so the busiest pointer comes first, and second is `value`, to work in. A sum is cheapest when what is
computed stands left of what is looked up.
"""

import micropython

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # What viper knows without an import.
    ptr8 = ptr16 = ptr32 = Any


def table(raw, _):
    """A table of `tables` in the shape these kernels take."""
    return raw


@micropython.viper
def shift_in(heard: ptr32, value: int, block: ptr16, offset: int) -> int:
    left = 40
    while left:
        heard[0] = heard[80]
        heard[1] = heard[81]
        heard[2] = heard[82]
        heard[3] = heard[83]
        heard = ptr32(int(heard) + 16)
        left -= 1
    block = ptr16(int(block) + offset + offset)
    used = 0
    left = 80
    while left:
        value = block[0]
        ptr16(heard)[0] = value ^ 32768
        used = (value + value ^ value) | used
        value = block[1]
        ptr16(heard)[1] = value ^ 32768
        used = (value + value ^ value) | used
        heard = ptr32(int(heard) + 4)
        block = ptr16(int(block) + 4)
        left -= 1
    # Neighbouring bits that differ: the highest place is where the sign's run ends.
    used = (used & 65535) >> 1
    value = 0
    while used:
        used >>= 1
        value += 1
    return value


@micropython.viper
def window(heard: ptr16, value: int, curve: ptr16, out: ptr16) -> int:
    used = 0  # of the squares, which have no sign
    left = 120
    while left:
        value = (heard[0] - 32768) * curve[0] >> 12
        out[0] = value + 32768
        used = value * value | used
        value = (heard[1] - 32768) * curve[1] >> 12
        out[1] = value + 32768
        used = value * value | used
        value = (heard[2] - 32768) * curve[2] >> 12
        out[2] = value + 32768
        used = value * value | used
        value = (heard[3] - 32768) * curve[3] >> 12
        out[3] = value + 32768
        used = value * value | used
        heard = ptr16(int(heard) + 8)
        curve = ptr16(int(curve) + 8)
        out = ptr16(int(out) + 8)
        left -= 1
    value = used & 1073741823
    shift = 15
    while value:
        value >>= 2
        shift -= 1
    if used >> 30 and shift:  # -32768 is there, which can't be shifted
        left = 480
        while left:
            out = ptr16(int(out) - 2)
            if out[0] == 0:
                out[0] = 32768
            left -= 1
    return shift


@micropython.viper
def first_stage(samples: ptr16, value: int, order: ptr8, work: ptr32):
    scale = 8191 << value
    flat = 16384 - (scale << 15)
    raised = flat + (32767 << 15) + (16385 << 15)
    far = ptr16(int(samples) + 512)
    base = int(work)
    left = 64
    while left:
        work = ptr32(base + (order[0] << 5))
        value = (samples[0] * scale + raised) >> 15
        u_re = ((far[0] * scale + flat) >> 15) + value
        e_re = value + value - u_re
        value = (samples[1] * scale + raised) >> 15
        u_im = ((far[1] * scale + flat) >> 15) + value
        e_im = value + value - u_im
        value = (samples[128] * scale + flat) >> 15
        v_re = ((far[128] * scale + flat) >> 15) + value
        f_re = value + value - v_re
        value = (samples[129] * scale + flat) >> 15
        v_im = ((far[129] * scale + flat) >> 15) + value
        f_im = value + value - v_im
        value = v_re
        work[0] = (u_re + value) * 16382
        work[4] = (u_re - value) * 16382
        value = v_im
        work[1] = (u_im + value) * 16382
        work[5] = (u_im - value) * 16382
        value = f_im
        work[2] = (e_re + value) * 16382
        work[6] = (e_re - value) * 16382
        value = f_re
        work[3] = (e_im - value) * 16382
        work[7] = (e_im + value) * 16382
        samples = ptr16(int(samples) + 4)
        far = ptr16(int(far) + 4)
        order = ptr8(int(order) + 1)
        left -= 1


@micropython.viper
def stage(work: ptr32, value: int, rows: ptr32, scale: int):
    stride = value << 3
    groups = 64 // value
    step = groups * 60
    base = int(work)
    end = base + stride
    while base < end:
        b_cos = rows[0]
        b_sin = rows[1]
        b_neg = rows[2]
        b_re = rows[3]
        b_im = rows[4]
        c_cos = rows[5]
        c_sin = rows[6]
        c_neg = rows[7]
        c_re = rows[8]
        c_im = rows[9]
        d_cos = rows[10]
        d_sin = rows[11]
        d_neg = rows[12]
        d_re = rows[13]
        d_im = rows[14]
        work = ptr32(base)
        left = groups
        while left:
            b = ptr32(int(work) + stride)
            value = ptr16(b)[1]
            re = b_cos * value + b_re
            im = b_sin * value + b_im
            value = ptr16(b)[3]
            b[0] = b_neg * value + re
            b[1] = b_cos * value + im
            c = ptr32(int(b) + stride)
            value = ptr16(c)[1]
            re = c_cos * value + c_re
            im = c_sin * value + c_im
            value = ptr16(c)[3]
            c[0] = c_neg * value + re
            c[1] = c_cos * value + im
            d = ptr32(int(c) + stride)
            value = ptr16(d)[1]
            re = d_cos * value + d_re
            im = d_sin * value + d_im
            value = ptr16(d)[3]
            d[0] = d_neg * value + re
            d[1] = d_cos * value + im
            value = ptr16(c)[1]
            re = ptr16(work)[1] + value
            e_re = ptr16(work)[1] - value + 73732
            value = ptr16(c)[3]
            im = ptr16(work)[3] + value
            e_im = ptr16(work)[3] - value + 73732
            value = ptr16(d)[3]
            f_im = ptr16(b)[3] - value
            value = ptr16(b)[3] + value - 24572
            work[1] = (im + value) * scale
            c[1] = (im - value) * scale
            value = ptr16(d)[1]
            f_re = ptr16(b)[1] - value
            value = ptr16(b)[1] + value - 24572
            work[0] = (re + value) * scale
            c[0] = (re - value) * scale
            value = f_im
            b[0] = (e_re + value) * scale
            d[0] = (e_re - value) * scale
            value = f_re
            b[1] = (e_im - value) * scale
            d[1] = (e_im + value) * scale
            work = ptr32(int(d) + stride)
            left -= 1
        base += 8
        rows = ptr32(int(rows) + step)


@micropython.viper
def wrap(work: ptr32, value: int, scale: int):
    # `value` undoes the scale modulo 2 ** 16.
    inverse = value
    left = 512
    while left:
        value = ((work[0] >> 1) * inverse - 16384) & 65535
        work[0] = (value + 16384) * scale
        work = ptr32(int(work) + 4)
        left -= 1


@micropython.viper
def energies(work: ptr32, value: int, half_turns: ptr16, first: int):
    rounding = 32768
    rounding *= 65537  # a half, and 32768 as the sign's place, before both are doubled
    half_turns = ptr16(int(half_turns) + (first << 2) - 4)
    far = ptr32(int(work) + ((256 - first) << 3))
    work = ptr32(int(work) + (first << 3))
    left = 129 - first
    while left:
        value = ptr16(far)[1]
        odd = ptr16(work)[1] - value
        re = ptr16(work)[1] + value - 49148
        im = ptr16(work)[3]
        far[1] = far[1] - 2  # KISS FFT halves -x, which rounds the other way
        value = ptr16(far)[3]
        far_im = im - value
        value = im + value - 49148
        turned = half_turns[0] * value + rounding
        other = rounding - half_turns[1] * value
        value = odd
        work[0] = turned - half_turns[1] * value
        work[1] = other - half_turns[0] * value
        im = ptr16(work)[1] - 32768
        value = (re + im) >> 1
        low = value * value
        value = (re - im) >> 1
        high = value * value
        im = ptr16(work)[3] - 32768
        value = (far_im + im) >> 1
        work[0] = value * value + low
        value = (im - far_im) >> 1
        far[0] = value * value + high
        work = ptr32(int(work) + 8)
        far = ptr32(int(far) - 8)
        half_turns = ptr16(int(half_turns) + 4)
        left -= 1


@micropython.viper
def channels(spectrum: ptr16, value: int, first: int, weights: ptr16, widths: ptr8, roots: ptr16, out: ptr32):
    shift = value
    spectrum = ptr16(int(spectrum) + (first << 3))
    high = low = 0  # sums have 48 bits: (high << 16) + low
    slope = 41
    while slope:
        fall_high = fall_low = 0
        left = int(widths[0])
        while left:
            value = weights[0]
            low = spectrum[0] * value + low
            high = spectrum[1] * value + high
            value = 4096 - value
            fall_low = spectrum[0] * value + fall_low
            fall_high = spectrum[1] * value + fall_high
            spectrum = ptr16(int(spectrum) + 8)
            weights = ptr16(int(weights) + 2)
            left -= 1
        if slope < 41:
            high = ((low >> 16) & 65535) + high
            low &= 65535
            # The root of what fits 31 bits, from a table and by one step of Newton's.
            spare = 0
            if high < 32768:
                value = (high << 16) + low
            elif high < 8388608:
                value = (high << 8) + (low >> 8)
                spare = 4
            else:
                value = high
                spare = 8
            part = value
            down = 12
            if part > 65535:
                part >>= 16
                down = 4
            if part > 4095:
                part >>= 8
                down -= 4
            elif part > 255:
                part >>= 4
                down -= 2
            if part < 64 and down < 12:
                down += 1
                part = value >> (24 - down - down)
            root = roots[part] >> down
            root = (value // root + root) >> 1
            rest = value - root * root  # below 0 where the root is rounded up, which is as good
            if spare:
                # The rest of the digits by one division (Zimmermann, Karatsuba Square Root, 1999).
                down = (1 << spare) - 1
                part = (low >> spare) & down
                part = (rest << spare) + part
                value = root + root
                left = part // value
                rest = part - left * value
                root = (root << spare) + left
                rest = (rest << spare) + (low & down) - left * left
                while rest < 0:
                    root -= 1
                    rest = root + root + rest + 1
            if rest > root and root != 65535:
                root += 1
            out[0] = root >> shift
            out = ptr32(int(out) + 4)
        high = ((fall_low >> 16) & 65535) + fall_high
        low = fall_low & 65535
        widths = ptr8(int(widths) + 1)
        slope -= 1


@micropython.viper
def levels(loudness: ptr32, value: int, noise: ptr32, gains: ptr16, logarithms: ptr16, bits: ptr8, out: ptr16):
    smoothing = 409
    left = 40
    while left:
        signal = int(loudness[0])
        learned = int(noise[0])
        scaled = signal << 10
        value = scaled - learned
        learned = (value >> 14) * smoothing + (((value & 16383) * smoothing) >> 14) + learned
        noise[0] = learned
        smoothing = 1392 - smoothing
        value = (scaled - learned) >> 10
        if value < 0:
            value = 0
        part = (signal * 819) >> 14
        if value < part:
            value = part
        # The gain: a parabola in the octave of the noise.
        if learned < 3:
            gain = int(gains[learned])
        else:
            octave = 0
            part = learned
            if part > 65535:
                part >>= 16
                octave = 16
            if part > 255:
                part >>= 8
                octave += 8
            octave += bits[part]
            parabola = ptr16(int(gains) + (octave << 3) - 12)
            part = ((learned << 11) >> octave if octave < 11 else learned >> (octave - 11)) & 1023
            gain = (((parabola[2] - 32768) * part) >> 5) - (parabola[1] << 5)
            gain = ((gain * part + 16384) >> 15) + parabola[0]
        value = ((value >> 16) * gain << 10) + ((value & 65535) * gain >> 6)
        value = (value * value >> 20 if value < 8192 else (value >> 6) - 64) << 3
        level = 0
        if value > 1:
            octave = -1
            part = value
            if part > 65535:
                part >>= 16
                octave = 15
            if part > 255:
                part >>= 8
                octave += 8
            octave += bits[part]
            value -= 1 << octave
            value = value << (16 - octave) if octave < 16 else value >> (octave - 16)
            segment = ptr16(int(logarithms) + ((value >> 9) << 1))
            part = int(segment[0])
            level = ((segment[1] - part) * (value & 511)) >> 16
            value = value + part + level
            # 45426 / 65536 is ln 2; times 64.
            level = ((value * 45426 + 32768) >> 16) & 65535
            level = ((octave * 45426 + level << 6) + 32768) >> 16
        out[0] = level
        loudness = ptr32(int(loudness) + 4)
        noise = ptr32(int(noise) + 4)
        out = ptr16(int(out) + 2)
        left -= 1
