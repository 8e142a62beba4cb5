// dlib's own solvers, tensor operations and loss behind plain C functions; nothing of them is written again here. dlib_peer.py calls them.
#include <dlib/dnn.h>
#include <dlib/revision.h>
#include <cstring>
#include <sstream>
#include <string>

using namespace dlib;

namespace
{
    // What a solver looks at of a layer.
    struct layer
    {
        resizable_tensor params;
        const tensor& get_layer_params() const { return params; }
    };

    // What a loss looks at of the network below it.
    struct network
    {
        resizable_tensor output, gradient;
        const tensor& get_output() const { return output; }
        tensor& get_gradient_input() { return gradient; }
        static constexpr unsigned int sample_expansion_factor() { return 1; }
    };

    resizable_tensor filled(const float* values, long rows, long columns = 1)
    {
        resizable_tensor t(rows, columns);
        std::memcpy(t.host(), values, t.size() * sizeof(float));
        return t;
    }

    void read(const tensor& t, float* values) { std::memcpy(values, t.host(), t.size() * sizeof(float)); }

    // One step: the solver gives what is added to the parameters, as dlib's networks do. Its serialized self is the state; what comes back is its length.
    template <typename solver>
    long step(solver made, float* params, const float* grads, long count, float lr, char* state, long length)
    {
        if (length > 0)
        {
            std::istringstream in(std::string(state, length));
            deserialize(made, in);
        }
        layer l{filled(params, count)};
        const tensor& update = made(lr, l, filled(grads, count));
        tt::add(1, l.params, 1, update);
        read(l.params, params);
        std::ostringstream out;
        serialize(made, out);
        std::memcpy(state, out.str().data(), out.str().size());
        return static_cast<long>(out.str().size());
    }

    // A loss of one number for each row.
    template <typename loss_of>
    long mean_loss(const loss_of& asked, const float* output, const float* truth, long rows, double* loss, float* grad)
    {
        network net{filled(output, rows, 1), filled(output, rows, 1)};
        *loss = asked.compute_loss_value_and_gradient(net.output, truth, net);
        read(net.gradient, grad);
        return 0;
    }

    // dlib says by exceptions what it does not take.
    template <typename call>
    long guarded(char* message, call asked)
    {
        try { return asked(); }
        catch (std::exception& e) { std::strncpy(message, e.what(), 1000); return -1; }
    }
}

extern "C"
{
    long version() { return 100 * DLIB_MAJOR_VERSION + DLIB_MINOR_VERSION; }

    long sgd_step(float* params, const float* grads, long count, float lr, float momentum, float decay, char* state, long length, char* message)
    {
        return guarded(message, [=] { return step(sgd(decay, momentum), params, grads, count, lr, state, length); });
    }

    long adam_step(float* params, const float* grads, long count, float lr, float beta1, float beta2, float decay, char* state, long length, char* message)
    {
        return guarded(message, [=] { return step(adam(decay, beta1, beta2), params, grads, count, lr, state, length); });
    }

    long softmax_row(const float* logits, float* probs, long count, char* message)
    {
        return guarded(message, [=] { resizable_tensor x = filled(logits, 1, count), y(x); tt::softmax(y, x); read(y, probs); return 0L; });
    }

    // The mean loss over rows and its gradient.
    long cross_entropy(const float* logits, const long* targets, long rows, long classes, double* loss, float* grad, char* message)
    {
        return guarded(message, [=]
        {
            network net{filled(logits, rows, classes), filled(logits, rows, classes)};
            *loss = loss_multiclass_log_().compute_loss_value_and_gradient(net.output, targets, net);
            read(net.gradient, grad);
            return 0L;
        });
    }

    long activation(const char* kind, float alpha, const float* x, float* y, float* slope, long count, char* message)
    {
        return guarded(message, [=]
        {
            resizable_tensor in = filled(x, count), out(in), ones(in), grad(in);
            ones = 1;
            grad = 0;
            const std::string name(kind);
            if (name == "relu") { tt::relu(out, in); tt::relu_gradient(grad, out, ones); }
            else if (name == "sigmoid") { tt::sigmoid(out, in); tt::sigmoid_gradient(grad, out, ones); }
            else if (name == "tanh") { tt::tanh(out, in); tt::tanh_gradient(grad, out, ones); }
            else if (name == "elu") { tt::elu(out, in, alpha); tt::elu_gradient(grad, out, ones, alpha); }
            else { tt::gelu(out, in); tt::gelu_gradient(grad, in, ones); }
            read(out, y);
            read(grad, slope);
            return 0L;
        });
    }

    // The mean squared error, and the mean binary cross-entropy of labels -1 and 1, and their gradients.
    long mean_squared(const float* output, const float* targets, long rows, double* loss, float* grad, char* message)
    {
        return guarded(message, [=] { return mean_loss(loss_mean_squared_(), output, targets, rows, loss, grad); });
    }

    long binary_log(const float* output, const float* labels, long rows, double* loss, float* grad, char* message)
    {
        return guarded(message, [=] { return mean_loss(loss_binary_log_(), output, labels, rows, loss, grad); });
    }

    // The first of a layer's first weights.
    float first_weight(unsigned long inputs_and_outputs)
    {
        resizable_tensor weights(1);
        dlib::rand random;
        randomize_parameters(weights, inputs_and_outputs, random);
        return *weights.host();
    }

    // The layer norm over the channels of each sample, and its gradients where some are handed in.
    long layer_norm(const float* x, const float* gain, const float* bias, long rows, long columns, double eps, float* y, const float* grad_y, float* grad_x, float* grad_gain, float* grad_bias, char* message)
    {
        return guarded(message, [=]
        {
            resizable_tensor in = filled(x, rows, columns), g = filled(gain, 1, columns), b = filled(bias, 1, columns), out, means, invstds;
            tt::layer_normalize(eps, out, means, invstds, in, g, b);
            read(out, y);
            if (grad_y != nullptr)
            {
                resizable_tensor dx(in), dg(g), db(b);
                dx = 0; dg = 0; db = 0;
                tt::layer_normalize_gradient(eps, filled(grad_y, rows, columns), means, invstds, in, g, dx, dg, db);
                read(dx, grad_x); read(dg, grad_gain); read(db, grad_bias);
            }
            return 0L;
        });
    }
}
