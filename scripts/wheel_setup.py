"""The part of the wheel's build that pyproject.toml cannot say: files of the machine, one tag for every CPython 3."""

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel


class Binary(Distribution):
    def has_ext_modules(self):
        return True


class AnyPython(bdist_wheel):
    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


setup(
    distclass=Binary,
    cmdclass={"bdist_wheel": AnyPython},
    package_data={"aura": ["py.typed", "lib/*", "service/ui/*", "service/ops/*"]},
)
