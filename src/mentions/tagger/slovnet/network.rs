//! The network: three layers of convolution over word and shape vectors, and a score for each label.
//!
//! A word's part in the first layer does not depend on its neighbours, so it is worked out once
//! for each distinct word of a stretch of text instead of once for each token: words repeat, and
//! the first layer is two thirds of all the work. The rest is matrix products.

use ndarray::{Array1, Array2, ArrayView2, Axis, linalg::general_mat_mul, s};

use super::pack::{Array, Pack};

/// The weights, laid out for products of rows of tokens by matrices.
#[derive(Debug)]
pub(super) struct Network {
    /// Vectors of the codes: part, code, number.
    centres: Vec<f32>,
    parts: usize,
    width: usize,
    /// What a word vector gives to the first layer at the token before, the word's own and the one
    /// after, side by side.
    from_word: Array2<f32>,
    /// The same for each word shape, worked out.
    from_shape: Array2<f32>,
    layers: [Layer; 3],
    head: Array2<f32>,
    head_bias: Array1<f32>,
}

/// A layer of convolution with rectification and norm.
#[derive(Debug)]
struct Layer {
    /// One matrix for the token before, its own and the one after.
    weights: [Array2<f32>; 3],
    bias: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
}

/// A token as the network sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Input {
    /// Row of the word's codes.
    pub word: u32,
    /// Number of its shape.
    pub shape: u8,
}

/// A token sees this many on each side: one a layer.
pub(super) const REACH: usize = 3;

impl Network {
    pub fn new(pack: &Pack) -> Self {
        let [parts, _, width] = pack.arrays[0].shape[..] else { unreachable!("checked when the pack was opened") };
        let layers = [0, 1, 2].map(|i| Layer::new(&pack.arrays[2 + 6 * i..8 + 6 * i]));
        let word_width = parts * width;
        let side_by_side = |rows: std::ops::Range<usize>| {
            let views = layers[0].weights.each_ref().map(|weight| weight.slice(s![rows.clone(), ..]));
            ndarray::concatenate(Axis(1), &[views[0].view(), views[1].view(), views[2].view()]).unwrap_or_default()
        };
        let from_word = side_by_side(0..word_width);
        let shapes = matrix(&pack.arrays[1]);
        let from_shape = shapes.dot(&side_by_side(word_width..word_width + shapes.ncols()));
        let head = matrix(&pack.arrays[20]);
        let head_bias = Array1::from(pack.arrays[21].values.clone());
        Self { centres: pack.arrays[0].values.clone(), parts, width, from_word, from_shape, layers, head, head_bias }
    }

    /// The score of each label at each token of `inputs`. What stands outside counts as nothing.
    pub fn scores(&self, codes: &[u8], inputs: &[Input]) -> Array2<f32> {
        let mut rows = self.first_layer(codes, inputs);
        for layer in &self.layers[1..] {
            rows = layer.apply(&rows);
        }
        let mut scores = rows.slice(s![1..=inputs.len(), ..]).dot(&self.head);
        scores += &self.head_bias;
        scores
    }

    /// The output of the first layer, with a row of zeros before and after.
    fn first_layer(&self, codes: &[u8], inputs: &[Input]) -> Array2<f32> {
        let mut distinct: Vec<u32> = inputs.iter().map(|input| input.word).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut vectors = Array2::<f32>::zeros((distinct.len(), self.parts * self.width));
        for (mut vector, &word) in vectors.rows_mut().into_iter().zip(&distinct) {
            let codes = &codes[word as usize * self.parts..][..self.parts];
            for (part, &code) in codes.iter().enumerate() {
                let centre = &self.centres[(part * 256 + usize::from(code)) * self.width..][..self.width];
                for (k, &value) in centre.iter().enumerate() {
                    vector[part * self.width + k] = value;
                }
            }
        }
        let given = vectors.dot(&self.from_word);
        let layer = &self.layers[0];
        let size = layer.bias.len();
        let mut out = Array2::zeros((inputs.len() + 2, size));
        let row_of = |input: &Input| distinct.binary_search(&input.word).unwrap_or(0);
        let rows: Vec<usize> = inputs.iter().map(row_of).collect();
        for t in 0..inputs.len() {
            let mut row = out.row_mut(t + 1);
            let Some(row) = row.as_slice_mut() else { continue };
            row.copy_from_slice(&layer.bias);
            for (side, neighbour) in [t.checked_sub(1), Some(t), Some(t + 1).filter(|next| *next < inputs.len())].into_iter().enumerate() {
                let Some(neighbour) = neighbour else { continue };
                add(row, &given, rows[neighbour], side * size);
                add(row, &self.from_shape, usize::from(inputs[neighbour].shape), side * size);
            }
            layer.finish(row);
        }
        out
    }
}

/// Adds the numbers of `from` in `row`, from column `column` on.
fn add(to: &mut [f32], from: &Array2<f32>, row: usize, column: usize) {
    let size = to.len();
    if let Some(values) = from.row(row).as_slice() {
        to.iter_mut().zip(&values[column..column + size]).for_each(|(sum, value)| *sum += value);
    }
}

impl Layer {
    /// From weight (output, input, side), bias, and the norm's scale, shift, mean and deviation.
    fn new(arrays: &[Array]) -> Self {
        let [outputs, inputs, _] = arrays[0].shape[..] else { unreachable!("checked when the pack was opened") };
        let weight = &arrays[0].values;
        let weights = [0, 1, 2].map(|side| Array2::from_shape_fn((inputs, outputs), |(i, o)| weight[(o * inputs + i) * 3 + side]));
        let [scale, shift, mean, deviation] = [2, 3, 4, 5].map(|i| &arrays[i].values);
        let scale: Vec<f32> = scale.iter().zip(deviation).map(|(scale, deviation)| scale / deviation).collect();
        let shift = shift.iter().zip(mean).zip(&scale).map(|((shift, mean), scale)| shift - mean * scale).collect();
        Self { weights, bias: arrays[1].values.clone(), scale, shift }
    }

    /// Rows with a row of zeros before and after, to the same of the layer's output.
    fn apply(&self, rows: &Array2<f32>) -> Array2<f32> {
        let tokens = rows.nrows() - 2;
        let mut out = Array2::zeros((tokens + 2, self.bias.len()));
        {
            let mut inner = out.slice_mut(s![1..=tokens, ..]);
            for (side, weight) in self.weights.iter().enumerate() {
                let shifted: ArrayView2<f32> = rows.slice(s![side..side + tokens, ..]);
                general_mat_mul(1.0, &shifted, weight, if side == 0 { 0.0 } else { 1.0 }, &mut inner);
            }
        }
        for mut row in out.rows_mut().into_iter().skip(1).take(tokens) {
            if let Some(row) = row.as_slice_mut() {
                row.iter_mut().zip(&self.bias).for_each(|(value, bias)| *value += bias);
                self.finish(row);
            }
        }
        out
    }

    /// Rectifies and norms one row.
    fn finish(&self, row: &mut [f32]) {
        for ((value, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
            *value = value.max(0.0) * scale + shift;
        }
    }
}

fn matrix(array: &Array) -> Array2<f32> {
    Array2::from_shape_vec((array.shape[0], array.shape[1]), array.values.clone()).unwrap_or_default()
}
