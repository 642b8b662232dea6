"""ResNet-18 and VGG-16 on images of CIFAR's size through the plans of the papers; meant for a GPU.

    python -m benchmarks.cifar resnet18 --data cifar-10-batches-bin --device cuda
    python -m benchmarks.cifar vgg16 --steps 2 --width 8        # noise instead of images: does it run?

Best known on CIFAR-10: VGG-16 40.3x at 7.1 % (1903.09769), ResNet-18 59.84x structured at 6.78 % (1905.00136).
"""
