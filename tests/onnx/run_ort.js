// SPDX-License-Identifier: BSL-1.0
// usage: node run_ort.js MODULES MODEL REQUEST LEVEL
// Runs an ONNX model with ONNX Runtime (onnxruntime-node in the folder MODULES). REQUEST is a JSON file:
//   {"samples": 3, "inputs": {"x": {"type": "float32", "dims": [1, 4], "file": "x.bin"}}, "outputs": {"y": "y.bin"}}
// Each file holds the values of all samples, one after the other. LEVEL: how much the runtime may rewrite the graph:
// "disabled" runs each operator as the file has it, "all" fuses them into operators on codes.
const fs = require('fs');
const path = require('path');

const ARRAYS = {float32: Float32Array, uint8: Uint8Array, int8: Int8Array};

/** The values of every sample of an input. */
function readInput(ort, {type, dims, file}, samples) {
    const bytes = fs.readFileSync(file);
    const size = dims.reduce((a, b) => a * b, 1);
    const values = new ARRAYS[type](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    if (values.length !== size * samples) throw new Error(`${file}: ${values.length} values for ${samples} of ${size}`);
    return Array.from({length: samples}, (_, i) => new ort.Tensor(type, values.slice(i * size, (i + 1) * size), dims));
}

async function main([modules, model, request, level]) {
    const ort = require(path.join(modules, 'onnxruntime-node'));
    const session = await ort.InferenceSession.create(model, {
        graphOptimizationLevel: level,
        executionProviders: ['cpu'],
        intraOpNumThreads: 1,
        // Without this, kernels of older x86 machines add pairs of products in 16 bits, which saturate.
        extra: {session: {x64quantprecision: '1'}},
    });
    const {samples, inputs, outputs} = JSON.parse(fs.readFileSync(request));
    const tensors = Object.entries(inputs).map(([name, input]) => [name, readInput(ort, input, samples)]);
    const results = Object.fromEntries(Object.keys(outputs).map((name) => [name, []]));
    for (let i = 0; i < samples; ++i) {
        const found = await session.run(Object.fromEntries(tensors.map(([name, list]) => [name, list[i]])));
        for (const name in outputs) {
            const data = found[name].data;
            results[name].push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
        }
    }
    for (const [name, file] of Object.entries(outputs)) fs.writeFileSync(file, Buffer.concat(results[name]));
}

main(process.argv.slice(2)).catch((error) => {
    console.error(`run_ort: ${error.message}`);
    process.exit(1);
});
