package dev.weir.task;

enum NoopWaker implements Waker {
    INSTANCE;

    @Override
    public void wake() {}
}
