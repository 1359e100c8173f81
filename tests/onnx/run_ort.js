// SPDX-License-Identifier: BSL-1.0
// usage: node run_ort.js MODULES MODEL INPUT SHAPE OUTPUT LEVEL
// Runs an ONNX model of one input and one output with ONNX Runtime (onnxruntime-node in the folder MODULES). INPUT holds
// float32 samples of SHAPE (1x3x8x8), one after the other; OUTPUT gets their results. LEVEL: how much the runtime may
// rewrite the graph: "disabled" runs each operator as the file has it, "all" fuses them into operators on codes.
const fs = require('fs');
const path = require('path');

async function main([modules, model, input, shape, output, level]) {
    const ort = require(path.join(modules, 'onnxruntime-node'));
    const session = await ort.InferenceSession.create(model, {
        graphOptimizationLevel: level,
        executionProviders: ['cpu'],
        intraOpNumThreads: 1,
        // Without this, kernels of older x86 machines add pairs of products in 16 bits, which saturate.
        extra: {session: {x64quantprecision: '1'}},
    });
    const dims = shape.split('x').map(Number);
    const size = dims.reduce((a, b) => a * b, 1);
    const bytes = fs.readFileSync(input);
    const samples = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const results = [];
    for (let at = 0; at + size <= samples.length; at += size) {
        const x = new ort.Tensor('float32', samples.slice(at, at + size), dims);
        const found = await session.run({[session.inputNames[0]]: x});
        results.push(Buffer.from(new Float32Array(found[session.outputNames[0]].data).buffer));
    }
    fs.writeFileSync(output, Buffer.concat(results));
}

main(process.argv.slice(2)).catch((error) => {
    console.error(`run_ort: ${error.message}`);
    process.exit(1);
});
